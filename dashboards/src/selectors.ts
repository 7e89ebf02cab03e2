/** Narrows to the chosen scrape jobs and processes. */
export const processSelector = 'job=~"$job",instance=~"$instance"';

/** Narrows to the chosen scrape jobs, processes, models and versions. */
export const modelSelector = `${processSelector},model_name=~"$model_name",model_version=~"$model_version"`;

/** Narrows to the feature that is shown in detail. */
export const featureSelector = `${modelSelector},feature="$feature"`;

/** Narrows alerts, which are about a model or a job and name no process. */
export const alertSelector =
  'job=~"$job",alertname=~"Model.+",alertstate="firing",model_name=~"$model_name|",model_version=~"$model_version|"';

/** The legend of a series of one version of a model. */
export const modelLegend = '{{model_name}} {{model_version}}';

/** The legend of a series of one feature. */
export const featureLegend = `${modelLegend} {{feature}}`;
