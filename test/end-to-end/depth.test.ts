import { describe, expect, it } from 'vitest';
import { checked } from './checked.js';
import { coordcheck, fixture, folderWith } from './cli.js';

const DEPTHS = ['--depths', '2,4,8,16', '--widths', '64', '--steps', '1'];

describe('coordcheck --depths', { timeout: 120_000 }, () => {
  it.each([
    ['complete-p', 'pass', 'CompleteP'],
    ['depth-mup', 'pass', 'depth-µP'],
    ['none', 'fail', 'unscaled'],
  ])('tells branches scaled by %s: %s, %s', async (scaling, verdict, form) => {
    const { code, result } = await checked('residual-mlp', [...DEPTHS, '--set', `depthScaling=${scaling}`]);
    expect([result.verdict, result.depth?.form]).toEqual([verdict, form]);
    expect(code).toBe(verdict === 'pass' ? 0 : 1);
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
