/**
 * Alertmanager reports what changed in a group of alerts once per interval, and an alert that started
 * and ended in between only as resolved. So every alert keeps firing for longer than the interval
 * after its condition ends, and none is reported as resolved that was not reported before.
 */
export const notificationTiming = { groupInterval: '1m', keepsFiring: '2m' } as const;
