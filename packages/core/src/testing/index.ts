export {
  type AdapterSubject,
  adapterConformance,
  type ConformanceCheck,
} from './adapter-conformance.js';
export { createRecordingMonitor, type RecordingMonitor } from './recording-monitor.js';
export { type StatisticCheck, statisticConformance } from './statistic-conformance.js';
