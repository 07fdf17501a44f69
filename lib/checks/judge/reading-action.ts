import { actionsMatching } from '../../template/iam/actions';

/** Actions of a workload that change nothing but its own logs and traces, besides those that only read. */
const OWN_TRACES =
  /^(logs:(Create|Put)|xray:Put|cloudwatch:PutMetricData|ec2:(Create|Delete|Assign|Unassign)(Network|Private)|kms:(Decrypt|GenerateDataKey|Encrypt|ReEncrypt)|bedrock:(Invoke(Model|Agent|Flow)|Retrieve|Converse|ApplyGuardrail|Rerank)|bedrock-agentcore:(Retrieve|Get)|sts:GetCallerIdentity)/i;

/** The first word of actions that read, for those that are newer than AWS's list. */
const READS = /^[a-z0-9-]+:(Get|BatchGet|List|Describe|Query|Scan|Search|Head|Lookup)/;

/** True for a pattern of actions that all only read, by AWS's access levels. */
export function isReading(pattern: string): boolean {
  if (OWN_TRACES.test(pattern)) return true;
  const covered = actionsMatching(pattern);
  return covered.length > 0 ? covered.every(({ level }) => level === 'read') : READS.test(pattern);
}

/** Names of operations that read, from the first word: `getOrder`, `list_orders`, `search-products`. */
const READING_NAME =
  /^(get|list|search|find|look_?up|read|query|describe|check|fetch|retrieve|count|view|show|validate|verify|calculate|compute|convert|translate|summari[sz]e|explain|estimate|compare|browse|is|has|can|recommend|answer|ask|locate|detect|analy[sz]e)(?![a-z])/i;

export function readsByName(name: string): boolean {
  return READING_NAME.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** Names of operations that change something, or send it away. */
const CHANGING_NAME =
  /^(delete|remove|drop|purge|erase|cancel|refund|pay|transfer|charge|send|email|post|publish|create|add|insert|put|update|edit|modify|change|set|reset|write|save|submit|approve|reject|close|execute|stop|terminate|grant|revoke|assign|book|buy|sell|place|move|archive|deploy|restart|invite|register|upload)(?![a-z])/i;

export function changesByName(name: string): boolean {
  return CHANGING_NAME.test(name.replace(/([a-z0-9])([A-Z])/g, '$1_$2'));
}

/** Methods that change something, by their definition. Source: RFC 9110, 9.2.1 "Safe Methods", 9.3. */
const CHANGING_METHODS = ['DELETE', 'PUT', 'PATCH'];

export function changesByMethod(method: string | undefined): boolean {
  return method !== undefined && CHANGING_METHODS.includes(method);
}

/** GET and the like read. A POST, or a function, reads if its name says so: many APIs search by POST. */
export function onlyReads({ name, method }: { readonly name: string; readonly method?: string }): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return true;
  return !changesByMethod(method) && readsByName(name);
}
