import { describe, expect, it } from 'vitest';
import { renderPrescription } from '../../../src/report/render.js';
import { measured, parameter, result } from '../prescriptions.js';
import { withoutCode } from './without-code.js';

const rendered = (rest: Parameters<typeof result>[0] = {}) => renderPrescription(result(rest), 'markdown');

describe('a prescription in Markdown', () => {
  it('begins with the verdict, and the code to paste as it is', async () => {
    const text = await rendered();
    expect(text).toMatch(/^## ✅ coordcheck: PASS · `mlp`\n\n1 scaling prescribed\./);
    expect(text).toContain(`### Code to paste\n\n\`\`\`ts\n${result().code}\n\`\`\``);
    expect(text).toContain('```sh\nnpx coordcheck prescribe mlp.ts\n```');
  });

  it('has a row for each parameter, those with nothing to change folded away', async () => {
    const other = parameter({ parameter: 'in/kernel', role: 'input', initExponent: 0, learningRateExponent: 0 });
    const text = await rendered({ parameters: [other, parameter()] });
    expect(text).toContain(
      '| `readout/kernel` | readout | w^−½ | w^−1 | −0.04 | −0.54 | +1.01 | [+0.96, +1.06] | +0.01 | [−0.04, +0.06] |',
    );
    expect(text).toContain('w = width / 64');
    const folded = text.slice(text.indexOf('<details><summary>1 other parameter: nothing to change</summary>'));
    expect(folded).toContain('| `in/kernel` | input | 1 | 1 |');
  });

  it('has a column for gradients only where they are scaled', async () => {
    expect(await rendered()).not.toContain('| gradient |');
    expect(await rendered({ parameters: [parameter({ gradientExponent: 1 })] })).toContain('| w^−½ | w^−1 | w | −0.04');
  });

  it('lists what the forward pass multiplies, what is open, and every measurement', async () => {
    const init = { before: measured(0, null), after: measured(0, null) };
    const tied = parameter({
      parameter: 'embedding',
      use: 'readout',
      multiplierExponent: -1,
      reason: 'no slope',
      init,
    });
    const round = (what: string, verdict: 'pass' | 'fail') => ({
      what,
      verdict,
      summary: '',
      prescription: { baseWidth: 64, parameters: {}, multipliers: {} },
    });
    const text = await rendered({
      parameters: [tied],
      logits: [{ tap: 'block.logits', multiplierExponent: -0.5 }],
      rounds: [round('as it is', 'fail'), round('1 rate', 'pass')],
    });
    expect(text).toContain('multiply\n\n- `embedding@readout`: w^−1\n- `block.logits`: w^−½');
    expect(text).toContain('open\n\n- `embedding@readout`: no slope');
    expect(text).toContain('1. FAIL as it is\n2. PASS 1 rate');
    expect(text).toContain('Optimizer Adam; 2 measurements.');
    expect(text).toContain('| – | – | +1.01 |');
  });

  it('says nothing of factors and code where nothing is prescribed', async () => {
    const right = parameter({ initExponent: 0, learningRateExponent: 0 });
    const text = await rendered({ parameters: [right], code: '' });
    expect(text).not.toMatch(/Multiply by these|code to paste/i);
    expect(text).toContain('1 other parameter: nothing to change');
  });

  it('fits into a comment, whatever the number of parameters', async () => {
    const parameters = Array.from({ length: 2000 }, (_, i) => parameter({ parameter: `layer_${i}/kernel` }));
    const text = await rendered({ parameters, code: 'x'.repeat(70_000) });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain('The code to paste is too long for this text');
    expect(text).toMatch(/… and \d+ more of 2000, left out here\./);
  });

  it('fits into a comment, whatever is open', async () => {
    const reason = '&'.repeat(5000);
    const parameters = Array.from({ length: 30 }, () => parameter({ parameter: '`'.repeat(500), reason, use: null }));
    const text = await rendered({ parameters, summary: reason, code: 'x'.repeat(50_000) });
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/^- … and \d+ more$/m);
  });

  it('lets no HTML, mention or control character out of a name or the code', async () => {
    const name = '</code><img src=x>@all\u001b[31m`|';
    const text = await rendered({
      name,
      parameters: [parameter({ parameter: name, reason: name })],
      code: `// ${name}\n\`\`\`\n<b>`,
    });
    expect(text).not.toContain('\u001b');
    expect(withoutCode(text).match(/<(?!\/?(?:details|summary|code)>)|@all(?!\w)/g)).toBeNull();
    expect(text).toContain('````ts\n');
  });
});
