import { html, type Markup } from './markup.js';
import { stateBadge } from './states.js';

/** The glossary at the end of the report. */
export function statesSection(): Markup {
  return html`<dl class="terms">
<div><dt>${stateBadge('drift')}</dt><dd>The shift is significant, and a size of it reaches its drift threshold: too large for chance, and large enough to matter.</dd></div>
<div><dt>${stateBadge('investigate')}</dt><dd>The shift is significant and may reach the investigate threshold: its interval does. Or it reaches the drift threshold, but not yet in the configured number of consecutive runs. Or there is a finding about the data that matters, whatever the size of the shift.</dd></div>
<div><dt>${stateBadge('insufficient_data')}</dt><dd>Undecided: the shift is not significant, but there are so few rows that it may be large. The explanation says about how many more rows decide. Or nothing could be compared.</dd></div>
<div><dt>${stateBadge('ok')}</dt><dd>The shift was shown to be small: the interval of every size lies below its investigate threshold.</dd></div>
<div><dt>size of the shift</dt><dd>Measured in two ways by default. PSI, the population stability index, sums the moves of all bins. The largest move is that of the share of one bin or category, in percentage points. What chance adds to a score is taken off.</dd></div>
<div><dt>95 % interval</dt><dd>The sizes that fit the rows: in 95 of 100 samples the interval contains the true size. The more rows, the narrower it is.</dd></div>
<div><dt>significant</dt><dd>The adjusted p-value is below the significance level. The p-value is the probability that chance alone gives a difference at least this large when nothing has shifted. It is adjusted for the number of features, because with more tests more of them look different by chance.</dd></div>
<div><dt>noise floor</dt><dd>The score that chance alone reaches in 5 % of samples of this size when nothing has shifted.</dd></div>
</dl>`;
}
