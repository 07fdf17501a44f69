import { MAX_WAITED_MS, type ToolManifest } from './contracts';

/** Whether a target may take longer than the gate waits. Its calls run later, and the agent polls for the result. */
export function isSlow({ timeoutMs }: Pick<ToolManifest, 'timeoutMs'>): boolean {
  return timeoutMs > MAX_WAITED_MS;
}
