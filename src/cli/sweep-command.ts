export async function sweepModel(..._: unknown[]): Promise<number> {
  return 0;
}
