/** Shows what works with a script only. */
export function revealControls(): void {
  for (const control of document.querySelectorAll<HTMLElement>('[data-scripted]')) control.hidden = false;
}

/** Wires the filter boxes: a figure or row stays while its name holds the text that was typed. */
export function wireFilters(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>('input[data-filter]')) {
    const scope = input.closest('section');
    if (scope === null) continue;
    const said = scope.querySelector('[data-filtered]');
    input.addEventListener('input', () => {
      const shown = filter(scope, input.value.trim().toLowerCase());
      if (said) said.textContent = input.value.trim() === '' ? '' : `${shown} shown`;
    });
  }
}

function filter(scope: Element, wanted: string): number {
  let shown = 0;
  for (const item of scope.querySelectorAll<HTMLElement>('[data-name]')) {
    item.hidden = !(item.dataset['name'] ?? '').toLowerCase().includes(wanted);
    if (!item.hidden) shown += 1;
  }
  // What was folded away because it passes is searched all the same.
  for (const fold of scope.querySelectorAll<HTMLDetailsElement>('details[data-fold]')) {
    const found = fold.querySelector('[data-name]:not([hidden])') !== null;
    if (wanted !== '' && found) fold.open = true;
  }
  return shown;
}

/** Wires the copy buttons. Where the clipboard is out of reach the command is selected instead. */
export function wireCopy(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    const source = document.getElementById(button.dataset['copy'] ?? '');
    if (source === null) continue;
    button.addEventListener('click', () => {
      copyText(source.textContent ?? '').then(
        () => (button.textContent = 'Copied'),
        () => {
          getSelection()?.selectAllChildren(source);
          button.textContent = 'Selected';
        },
      );
    });
  }
}

async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
}

/** On paper nothing unfolds: everything folded is opened for the print and closed again. */
export function wirePrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open]):not([data-fold])')];
    for (const fold of opened) fold.open = true;
  });
  addEventListener('afterprint', () => {
    for (const fold of opened) fold.open = false;
  });
}
