const of = 'job=%q,model_name=%q,model_version=%q';
const values = '$labels.job $labels.model_name $labels.model_version';

/** Segments are compared by the first score of a task that is a mean; of these, only one is an error. */
const isError = 'score="mean_absolute_error"';

/** Scores of the segments that are worse than the others beyond chance. */
function worse(matcher: string): string {
  const score = `avg by (segment_by, segment, score) (model_segment_quality_score{${of},${matcher}})`;
  return `${score} and on (segment_by, segment) max by (segment_by, segment) (model_segment_quality_worse{${of}}) == 1`;
}

const worstSegments = `bottomk(3, ${worse(isError.replace('=', '!='))}) or topk(3, ${worse(isError)})`;

const part = (name: string, matcher = ''): string =>
  `avg by (segment_by) (model_quality_change{${of},part="${name}"${matcher}})`;

/**
 * Sentences about the segments of the model that an alert is about, such as ` Worse than the others:
 * origin=ORD (accuracy 0.612). By origin, the change from the segment window before is -0.0110 by the
 * mix and -0.0420 inside the segments.` Empty for a model without segments.
 */
export const segmentsText: string = `{{ with printf \`${worstSegments}\` ${values} ${values} ${values} ${values} | query }} Worse than the others: {{ range $index, $one := . }}{{ if $index }}, {{ end }}{{ label "segment_by" $one }}={{ label "segment" $one }} ({{ label "score" $one }} {{ value $one | printf "%.4g" }}){{ end }}.{{ end }}{{ range printf \`${part('mix')}\` ${values} | query }}{{ $by := label "segment_by" . }} By {{ $by }}, the change from the segment window before is {{ value . | printf "%+.4f" }} by the mix and {{ with printf \`${part('within', ',segment_by=%q')}\` ${values} $by | query }}{{ . | first | value | printf "%+.4f" }}{{ end }} inside the segments.{{ end }}`;
