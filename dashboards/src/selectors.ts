/** Narrows to the chosen scrape jobs and processes. */
export const processSelector = 'job=~"$job",instance=~"$instance"';

/** Narrows to the chosen scrape jobs, processes, models and versions. */
export const modelSelector = `${processSelector},model_name=~"$model_name",model_version=~"$model_version"`;

/** Narrows what rules record of all processes together to the chosen models and versions. */
export const fleetSelector =
  'job=~"$job",model_name=~"$model_name",model_version=~"$model_version"';

/** Narrows to the feature that is shown in detail. */
export const featureSelector = `${modelSelector},feature="$feature"`;

const firing = 'job=~"$job",alertname=~"Model.+",alertstate="firing"';

/** Narrows to the alerts of the chosen models. They are about all processes and name none. */
export const modelAlertSelector = `${firing},model_name=~"$model_name",model_version=~"$model_version"`;

/** Narrows to the alerts of the chosen models and those about a process or a job. */
export const alertSelector = `${firing},model_name=~"$model_name|",model_version=~"$model_version|"`;

/** The legend of a series of one version of a model. */
export const modelLegend = '{{model_name}} {{model_version}}';

/** The legend of a series of one feature. */
export const featureLegend = `${modelLegend} {{feature}}`;
