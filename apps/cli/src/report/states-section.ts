import { html, type Markup } from './markup.js';
import { stateBadge } from './states.js';

/** The glossary at the end of the report. */
export function statesSection(): Markup {
  return html`<dl class="terms">
<div><dt>${stateBadge('drift')}</dt><dd>The shift is significant, and the score of the deciding statistic reaches the drift threshold: too large for chance, and large enough to matter.</dd></div>
<div><dt>${stateBadge('investigate')}</dt><dd>The shift is significant, and the score is between the investigate threshold and the drift threshold; or it reaches the drift threshold, but not yet in the configured number of consecutive runs.</dd></div>
<div><dt>${stateBadge('insufficient_data')}</dt><dd>Nothing could be decided about the feature. Usually there are so few rows that chance alone reaches the investigate threshold. More rows may show drift.</dd></div>
<div><dt>${stateBadge('ok')}</dt><dd>No shift beyond chance, or a real one that is too small to matter.</dd></div>
<div><dt>significant</dt><dd>The adjusted p-value is below the significance level. The p-value is the probability that chance alone gives a difference at least this large when nothing has shifted. It is adjusted for the number of features, because with more tests more of them look different by chance.</dd></div>
<div><dt>noise floor</dt><dd>The score that chance alone reaches in 5 % of samples of this size when nothing has shifted. A score near or below it is not evidence of a shift.</dd></div>
</dl>`;
}
