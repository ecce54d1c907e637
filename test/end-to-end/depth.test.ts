import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checked } from './checked.js';
import { coordcheck, fixture, folderWith, ROOT } from './cli.js';

const DEPTHS = ['--depths', '2,4,8,16', '--widths', '64', '--steps', '1'];

describe('coordcheck --depths', () => {
  it.each([
    ['complete-p', 'pass', 'CompleteP'],
    ['depth-mup', 'pass', 'depth-µP'],
    ['none', 'fail', 'unscaled'],
    ['gpt-2', 'fail', 'GPT-2'],
    ['depth-mup-by-init', 'pass', 'depth-µP'],
  ])('tells branches scaled by %s: %s, %s', async (scaling, verdict, form) => {
    const { code, result } = await checked('residual-mlp', [...DEPTHS, '--set', `depthScaling=${scaling}`]);
    expect([result.verdict, result.depth?.form]).toEqual([verdict, form]);
    expect(code).toBe(verdict === 'pass' ? 0 : 1);
  });

  it.each([
    ['complete-p', 'pass', 'CompleteP'],
    ['depth-mup', 'pass', 'depth-µP'],
    ['none', 'fail', 'unscaled'],
  ])('tells branches scaled by %s under SGD: %s, %s', async (scaling, verdict, form) => {
    const flags = [...DEPTHS, '--set', `depthScaling=${scaling}`, '--set', 'optimizer=sgd'];
    const { result } = await checked('residual-mlp', flags);
    expect([result.verdict, result.depth?.form]).toEqual([verdict, form]);
  });

  it.each(['adam', 'sgd'])('asks 1/depth of branches that share their weights, under %s', async (optimizer) => {
    const flags = [...DEPTHS, '--set', 'shareBlocks=true', '--set', `optimizer=${optimizer}`];
    const right = await checked('residual-mlp', flags);
    expect([right.result.verdict, right.result.depth?.form]).toEqual(['pass', 'CompleteP']);
    const { result } = await checked('residual-mlp', [...flags, '--set', 'depthScaling=depth-mup']);
    expect(result.verdict).toBe('fail');
    expect(result.depth?.text).toMatch(/^Blocks share their weights.* block\* goes like depth\^0\.[45].* by 1\/depth/);
    // All branches add up in one direction, to L · L^-½.
    const stream = result.depth?.slopes.find(({ tap, quantity }) => tap === 'block*' && quantity === 'activation');
    expect(Math.abs((stream?.slope ?? 0) - 0.5)).toBeLessThan(0.1);
  });

  it('judges each stage of numbered layers, and says which one is at fault', async () => {
    const flags = ['--depths', '2,4,8', '--widths', '32', '--steps', '1', '--set', 'second=none'];
    const { result } = await checked('residual-stages', flags);
    expect(result.depth?.streams.map(({ stream, form }) => [stream, form])).toEqual([
      ['add_* (stage 1)', 'CompleteP'],
      ['add_* (stage 2)', 'unscaled'],
    ]);
    expect(result.depth?.streams.map(({ outcome }) => outcome === 'fail')).toEqual([false, true]);
    expect(result.depth?.text).toMatch(/In add_\* \(stage 2\): residual branches are not scaled with depth/);
  });

  it('judges nothing along depth that the user declared, and shows it as declared', async () => {
    const model = `import base from '${ROOT}/fixtures/models/residual-mlp.ts';
      export default { ...base, name: 'declared', expect: { 'block1.*': 'ignore', 'embedding*': 'frozen' } };`;
    const folder = folderWith({ 'declared.ts': model });
    const out = folderWith({});
    const flags = ['--depths', '2,4,8', '--widths', '16', '--steps', '1', '--out', out];
    const { stdout } = await coordcheck([join(folder, 'declared.ts'), ...flags]);
    expect(stdout).toMatch(/embedding\/kernel: declared frozen/);
    // Of the blocks, those that are left are judged.
    expect(stdout).toMatch(/block\*\.up\/kernel/);
  });

  it('judges width and depth together where both have several', async () => {
    const flags = ['--depths', '2,4,8', '--widths', '16,32,64,128', '--seeds', '2', '--steps', '1'];
    const { result } = await checked('residual-mlp', flags);
    expect(result.depth?.form).toBe('CompleteP');
    expect(result.parameters.every(({ isolatedUpdate }) => isolatedUpdate.slope !== null)).toBe(true);
  });

  it('says so where depth changes nothing', async () => {
    const out = folderWith({});
    const flags = ['--depths', '2,4,8', '--widths', '8', '--seeds', '2', '--steps', '1', '--out', out];
    const { code, stdout } = await coordcheck([fixture('mnist-cnn'), ...flags]);
    expect(stdout).toMatch(/depth changes nothing/);
    expect(stdout).toMatch(/use `depth` in build/);
    expect(code).toBe(3);
  });
});
