/** Narrows to the chosen scrape jobs, processes and models. */
export const modelSelector = 'job=~"$job",instance=~"$instance",model_name=~"$model_name"';

/** Narrows to the chosen scrape jobs and processes. */
export const processSelector = 'job=~"$job",instance=~"$instance"';

/** Narrows to the feature that is shown in detail. */
export const featureSelector = `${modelSelector},feature="$feature"`;

/** The legend of a series of one version of a model. */
export const modelLegend = '{{model_name}} {{model_version}}';
