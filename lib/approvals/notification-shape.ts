import { instanceOf, listOf } from '../private/props/shape';
import { Notification } from './notification';

/** @internal */
export const NOTIFICATIONS = listOf(
  instanceOf(Notification, 'Notification.toTopic(topic)'),
  'Notification.toTopic(topic)',
);
