import { describe, expect, it } from 'vitest';
import { html, jsonForScript } from '../../../src/report/html/markup.js';

describe('html', () => {
  it('escapes text, in elements and in attributes', () => {
    expect(html`<p title="${'" onload="x'}">${'<b> & \u0007'}</p>`.text).toBe(
      '<p title="&#34; onload=&#34;x">&#60;b&#62; &#38; \\x07</p>',
    );
  });

  it('takes markup, lists of it and numbers as they are', () => {
    const items = [1, 2].map((n) => html`<li>${n}</li>`);
    expect(
      html`<ul class="a">
        ${items}
      </ul>`.text.replaceAll(/\s+(?=<)/g, ''),
    ).toBe('<ul class="a"><li>1</li><li>2</li></ul>');
  });

  it('leaves no trace of nothing', () => {
    expect(html`a${null}${undefined}${false}${''}b`.text).toBe('ab');
  });
});

describe('jsonForScript', () => {
  it('begins no tag and means the same', () => {
    const value = { name: '</script><!-- <script>' };
    const { text } = jsonForScript(value);
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(value);
  });
});
