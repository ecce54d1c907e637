import { describe, expect, it } from 'vitest';
import type { RecordHeader, RunRecord, UseRecord } from '../../src/records/run.js';
import { judgeGates, type GateEvidence } from '../../src/verdict/gates.js';
import { header, run } from '../records/sample.js';

const WIDTHS = [64, 128, 512];

/** Evidence of runs that pass every gate, but for what is changed. */
function evidence(
  change: {
    config?: Partial<RecordHeader['config']>;
    runs?: (key: { width: number; seed: number }) => Partial<RunRecord>;
    /** Runs are made of every depth; of none unless given. */
    made?: number[];
  } = {},
): GateEvidence {
  const { config, runs = () => ({}), made = [null] } = change;
  const keys = (config?.widths ?? WIDTHS).flatMap((width) =>
    made.flatMap((depth) => [0, 1].map((seed) => ({ width, depth, seed }))),
  );
  return {
    header: header({ widths: WIDTHS, ...config }),
    runs: keys.map(({ width, depth, seed }) =>
      run({
        width,
        depth,
        seed,
        batchHash: `batch ${seed}`,
        weightsHash: `weights ${depth} ${seed}`,
        parameters: Array.from({ length: depth ?? 1 }, (_, i) => kernel(i === 0 ? 'zebra' : `block${i}`, width)),
        learningRates: [0.1, 0.1],
        ...runs({ width, seed }),
      }),
    ),
  };
}

const kernel = (name: string, width: number) => ({ name: `${name}/kernel`, shape: [8, width], layerClass: 'Dense' });

const USE: UseRecord = { name: null, kind: 'product', summed: [0], input: null };

/** A check of several depths at one width. */
const ofDepths = (depths: number[]) => ({ config: { widths: [64], depths }, made: depths });

/** The gates that do not pass. */
const obstructing = (given: GateEvidence) => judgeGates(given).filter(({ outcome }) => outcome !== 'pass');
const at512 =
  (fields: Partial<RunRecord>) =>
  ({ width }: { width: number }) =>
    width === 512 ? fields : {};
const always = (fields: Partial<RunRecord>) => () => fields;

describe('judgeGates', () => {
  it('passes every gate on runs without fault, with no more widths, span and seeds than it asks for', () => {
    const gates = judgeGates(evidence());
    expect(gates.map(({ gate }) => gate)).toEqual([
      'runs-finished',
      'enough-widths',
      'enough-seeds',
      'shapes-change',
      'taps-agree',
      'same-batch',
      'distinct-weights',
      'repeatable',
      'rate-not-zero',
      'no-warm-up',
      'finite',
    ]);
    for (const { outcome, reason, settle } of gates) {
      expect([outcome, reason, settle]).toEqual(['pass', null, null]);
    }
  });

  it('lets one seed start from the same weights at every depth', () => {
    const { header: plan, runs } = evidence(ofDepths([2, 4, 8]));
    const shared = runs.map((one) => ({ ...one, weightsHash: `shared by blocks, seed ${one.seed}` }));
    expect(obstructing({ header: plan, runs: shared })).toEqual([]);
  });

  it('asks a check of one width and several depths for depths alone', () => {
    const gates = judgeGates(evidence(ofDepths([2, 4, 8])));
    expect(gates.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    const ids = gates.map(({ gate }) => gate);
    expect(ids).toEqual(expect.arrayContaining(['enough-depths', 'depth-changes']));
    expect(ids).not.toContain('enough-widths');
    expect(ids).not.toContain('shapes-change');
  });

  it('asks a check of several widths and depths for both, and compares taps within a depth', () => {
    const both = evidence({ config: { depths: [2, 4, 8] }, made: [2, 4, 8] });
    expect(obstructing(both)).toEqual([]);
    expect(judgeGates(both).map(({ gate }) => gate)).toEqual(
      expect.arrayContaining(['enough-widths', 'shapes-change', 'enough-depths', 'depth-changes']),
    );
  });

  it('tells models that share weights between blocks by how often they use them', () => {
    const shared = evidence(ofDepths([2, 4, 8]));
    const runs = shared.runs.map((one) => ({
      ...one,
      parameters: [{ ...kernel('zebra', 64), uses: [{ ...USE, times: one.depth ?? 1 }] }],
    }));
    expect(obstructing({ ...shared, runs })).toEqual([]);
    const unused = runs.map((one) => ({ ...one, parameters: [kernel('zebra', 64)] }));
    expect(obstructing({ ...shared, runs: unused }).map(({ gate }) => gate)).toEqual(['depth-changes']);
  });

  it('lets wider models pass a place more often, as one that all have in common', () => {
    const heads = (count: number) =>
      ['ant', ...Array.from({ length: count }, (_, i) => `logits#${i + 1}`)].map((name) => ({ name, shape: [4] }));
    const runs = ({ width }: { width: number }) => ({ taps: heads(width / 32) });
    expect(obstructing(evidence({ runs }))).toEqual([]);
    const other = ({ width }: { width: number }) => ({ taps: heads(width / 64).slice(width === 64 ? 2 : 0) });
    expect(obstructing(evidence({ runs: other })).map(({ gate }) => gate)).toEqual(['taps-agree']);
  });

  it.each<[string, RegExp, GateEvidence]>([
    [
      'runs-finished',
      /^the run of width 512, seed 0 failed: out of memory$/,
      evidence({ runs: at512({ state: 'failed', error: 'out of memory' }) }),
    ],
    ['runs-finished', /^3 of 9 runs are missing$/, evidence({ config: { seeds: [0, 1, 2] } })],
    ['runs-finished', /^12 of 18 runs are missing$/, evidence({ config: { depths: [2, 4, 8] } })],
    ['enough-depths', /^2 depths over a factor of 2$/, evidence(ofDepths([2, 4]))],
    [
      'depth-changes',
      /the depth changes nothing$/,
      evidence({ ...ofDepths([2, 4, 8]), runs: ({ width }) => ({ parameters: [kernel('zebra', width)] }) }),
    ],
    ['enough-widths', /^2 widths over a factor of 8$/, evidence({ config: { widths: [64, 512] } })],
    ['enough-widths', /^3 widths over a factor of 4$/, evidence({ config: { widths: [64, 128, 256] } })],
    ['enough-seeds', /^one seed/, evidence({ config: { seeds: [0] } })],
    [
      'shapes-change',
      /the width changes nothing/,
      evidence({ runs: always({ parameters: [{ name: 'zebra/kernel', shape: [8, 64], layerClass: 'Dense' }] }) }),
    ],
    [
      'taps-agree',
      /^these are not in every run: ant, bee$/,
      evidence({ runs: at512({ taps: ['zebra', 'bee'].map((name) => ({ name, shape: [4, 64] })) }) }),
    ],
    [
      'taps-agree',
      /^their order is not the same in every run$/,
      evidence({ runs: at512({ taps: ['ant', 'zebra'].map((name) => ({ name, shape: [4, 64] })) }) }),
    ],
    [
      'taps-agree',
      /^these are not in every run: zebra\/kernel, zebra\/bias$/,
      evidence({ runs: at512({ parameters: [{ name: 'zebra/bias', shape: [512], layerClass: 'Dense' }] }) }),
    ],
    ['same-batch', /^the batches of seed 0 differ between widths$/, evidence({ runs: at512({ batchHash: 'other' }) })],
    [
      'distinct-weights',
      /^seeds 0 and 1 start from the same weights at width 512$/,
      evidence({ runs: at512({ weightsHash: 'same' }) }),
    ],
    ['repeatable', /two passes with the same seed differ/, evidence({ runs: at512({ isRepeatable: false }) })],
    ['rate-not-zero', /learning rate is 0/, evidence({ runs: always({ learningRates: [0, 0] }) })],
    ['no-warm-up', /^the rate rises.*\(0\.1, 0\.2\)$/, evidence({ runs: at512({ learningRates: [0.1, 0.2] }) })],
    [
      'finite',
      /^width 512, seed 0 is not finite before the first update$/,
      evidence({ runs: at512({ state: 'diverged', loss: ['NaN'] }) }),
    ],
    ['finite', /^zebra is not finite$/, { ...evidence(), notFinite: 'zebra' }],
    [
      'finite',
      /^width 512, seed 0 is not finite within 2 steps$/,
      evidence({ runs: at512({ state: 'diverged', loss: [2, 'Infinity'] }) }),
    ],
  ])('leaves %s alone inconclusive, with %s and what would settle it', (gate, reason, given) => {
    expect(obstructing(given)).toEqual([
      {
        gate,
        title: expect.any(String) as string,
        outcome: 'inconclusive',
        reason: expect.stringMatching(reason) as string,
        settle: expect.stringMatching(/\w/) as string,
      },
    ]);
  });

  it('takes batches that differ between seeds for what they must be', () => {
    const given = evidence({ runs: ({ seed }) => ({ batchHash: `other ${seed}` }) });
    expect(obstructing(given)).toEqual([]);
  });

  it('takes equal weights of one seed at two widths for no fault', () => {
    expect(obstructing(evidence({ runs: ({ seed }) => ({ weightsHash: `same ${seed}` }) }))).toEqual([]);
  });

  it('lets a rate fall, and one that no optimizer shows pass', () => {
    expect(obstructing(evidence({ runs: always({ learningRates: [0.2, 0.1] }) }))).toEqual([]);
    expect(obstructing(evidence({ runs: always({ learningRates: [null, null] }) }))).toEqual([]);
  });

  it('takes a rate that is 0 only at first for a warm-up', () => {
    const given = evidence({ runs: always({ learningRates: [0, 0.1] }) });
    expect(obstructing(given).map(({ gate }) => gate)).toEqual(['no-warm-up']);
  });

  it('does not look for taps, batches or weights in a failed run', () => {
    const empty = { taps: [], parameters: [], batchHash: '', weightsHash: '', learningRates: [] };
    const given = evidence({ runs: at512({ ...empty, state: 'failed', error: 'lost' }) });
    expect(obstructing(given).map(({ gate }) => gate)).toEqual(['runs-finished']);
  });
});
