/** Selects the chosen scrape jobs and processes. */
export const processSelector = 'job=~"$job",instance=~"$instance"';

/** Selects the chosen scrape jobs, processes, models and versions. */
export const modelSelector = `${processSelector},model_name=~"$model_name",model_version=~"$model_version"`;

/** Selects recorded series of the fleet for the chosen models and versions. */
export const fleetSelector =
  'job=~"$job",model_name=~"$model_name",model_version=~"$model_version"';

/** Selects the feature shown in detail. */
export const featureSelector = `${modelSelector},feature="$feature"`;

const firing = 'job=~"$job",alertname=~"Model.+",alertstate="firing"';

/** Selects alerts about the chosen models; these have no process label. */
export const modelAlertSelector = `${firing},model_name=~"$model_name",model_version=~"$model_version"`;

/** Selects alerts about the chosen models, and alerts about a process or a job. */
export const alertSelector = `${firing},model_name=~"$model_name|",model_version=~"$model_version|"`;

/** The legend of a series of one version of a model. */
export const modelLegend = '{{model_name}} {{model_version}}';

/** The legend of a series of one feature. */
export const featureLegend = `${modelLegend} {{feature}}`;
