/**
 * Node's flags for a worker, for the sake of long trainings; a check of a few steps takes as long without.
 *
 * V8's young generation starts at 8 MB a half, where it would grow there from 1 MB: as long as it grows, steps touch pages
 * for the first time, 0.3 ms of a narrow step of 1.0. (Huge pages for activations, glibc's `malloc.hugetlb`, were measured,
 * too: a transformer's warm step 2 to 5 % less, but its whole check, a CNN's and isolated updates up to 8 % more.)
 */
export const WORKER_FLAGS = ['--min-semi-space-size=8'];
