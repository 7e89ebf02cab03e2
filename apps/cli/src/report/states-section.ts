import { html, type Markup } from './markup.js';
import { stateBadge } from './states.js';

/** What the words of the report mean. */
export function statesSection(): Markup {
  return html`<dl class="terms">
<div><dt>${stateBadge('drift')}</dt><dd>The shift is significant, and the score of the deciding statistic reached the drift threshold: too big for chance, and big enough to matter.</dd></div>
<div><dt>${stateBadge('investigate')}</dt><dd>The shift is significant, and the score lies between the investigate threshold and the drift threshold; or it reached the drift threshold, but not yet in as many runs in a row as are configured.</dd></div>
<div><dt>${stateBadge('insufficient_data')}</dt><dd>The feature could not be judged. Most often the rows are so few that chance alone reaches the investigate threshold. It is no all-clear: more rows may show drift.</dd></div>
<div><dt>${stateBadge('ok')}</dt><dd>No shift beyond chance, or one that is real and too small to matter.</dd></div>
<div><dt>significant</dt><dd>The adjusted p-value is below the significance level. The p-value says how often chance alone would give a difference at least this large if nothing had shifted; it is adjusted because the more features are tested, the more of them look different by chance.</dd></div>
<div><dt>noise floor</dt><dd>The score that chance alone reaches in 5 % of samples of this size when nothing has shifted. A score near or below it says nothing.</dd></div>
</dl>`;
}
