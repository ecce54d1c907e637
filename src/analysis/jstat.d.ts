/** The part of jstat that is used here; the package brings no declarations. */
declare module 'jstat' {
  const jstat: {
    /** Student's t. `inv` is its quantile function. */
    studentt: { inv(probability: number, degreesOfFreedom: number): number };
    /** The beta distribution. `inv` is its quantile function. */
    beta: { inv(probability: number, alpha: number, beta: number): number };
  };
  export default jstat;
}
