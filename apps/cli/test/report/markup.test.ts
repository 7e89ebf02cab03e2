import { describe, expect, it } from 'vitest';
import { html, joined, Markup } from '../../src/report/markup.js';

describe('the markup template', () => {
  it('escapes what could end an element or an attribute', () => {
    expect(html`<a title="${`<b a='1' b="2">&`}">`.text).toBe(
      '<a title="&lt;b a=&#39;1&#39; b=&quot;2&quot;&gt;&amp;">',
    );
  });

  it('takes markup as it is, joins lists, and leaves out what is undefined', () => {
    expect(html`${new Markup('<br>')}${[html`<i>${'<'}</i>`, 2, 'a']}${undefined}`.text).toBe(
      '<br><i>&lt;</i>2a',
    );
    expect(joined(['<', html`<b></b>`], ' & ').text).toBe('&lt; &amp; <b></b>');
  });

  it('shows no character that reverses or breaks a line', () => {
    expect(html`${'a\u202Eb\u0000c\nd\u2028e\uD800'}`.text).toBe('a�b�c�d�e�');
    expect(html`${'naïve 東京 👩‍🔬'}`.text).toBe('naïve 東京 👩‍🔬');
  });
});
