/**
 * Alertmanager reports what changed in a group of alerts once per interval, and an alert that started
 * and ended in between only as resolved. An alert that was inhibited is reported as resolved when it
 * ends together with the alert that inhibited it. So every alert keeps firing for longer than the
 * interval, and one that inhibits others for longer than these and the interval.
 */
export const notificationTiming = {
  groupInterval: '1m',
  keepsFiring: '2m',
  inhibitingKeepsFiring: '4m',
} as const;
