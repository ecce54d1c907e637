/** A number as sentences print it, with a real minus. */
export function number(value: number, digits = 2): string {
  return value.toFixed(digits).replace('-', '−');
}

/** The same with its sign, whichever it is. */
export function signed(value: number): string {
  return value < 0 ? number(value) : `+${number(value)}`;
}

/** An interval of signed numbers. */
export function signedBracket([low, high]: readonly [number, number]): string {
  return `[${signed(low)}, ${signed(high)}]`;
}

/** A hyperparameter's value, four digits of a number. */
export function valueText(value: number | string | boolean): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}
