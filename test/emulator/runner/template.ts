/** A node of a CloudFormation template. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonRecord = { [key: string]: Json };

export interface TemplateResource extends JsonRecord {
  Type: string;
}

export interface Template extends JsonRecord {
  Resources: { [logicalId: string]: TemplateResource };
}

export function isRecord(node: Json | undefined): node is JsonRecord {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

export function recordOf(node: Json | undefined): JsonRecord {
  return isRecord(node) ? node : {};
}

export function listOf(node: Json | undefined): Json[] {
  return node === undefined ? [] : Array.isArray(node) ? node : [node];
}

/** Whether a node is `{Ref: …}`, `{Condition: …}` or `{Fn::…: …}`. */
export function isIntrinsic(node: Json | undefined): node is JsonRecord {
  if (!isRecord(node)) {
    return false;
  }
  const keys = Object.keys(node);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0].startsWith('Fn::'));
}

/** `[logicalId, attribute]` of an `Fn::GetAtt` in either form. */
export function getAttOf(node: Json | undefined): [string, string] | undefined {
  if (!isIntrinsic(node) || node['Fn::GetAtt'] === undefined) {
    return undefined;
  }
  const argument = node['Fn::GetAtt'];
  const parts = typeof argument === 'string' ? argument.split(/\.(.*)/s) : listOf(argument);
  return typeof parts[0] === 'string' && typeof parts[1] === 'string' ? [parts[0], parts[1]] : undefined;
}

/** Calls `visit` with every record below a node, the node included. */
export function walk(node: Json | undefined, visit: (record: JsonRecord) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) {
      walk(child, visit);
    }
  } else if (isRecord(node)) {
    visit(node);
    for (const child of Object.values(node)) {
      walk(child, visit);
    }
  }
}

/** Replaces nodes from the top down; where `replace` returns undefined it looks further below. */
export function transform(node: Json, replace: (node: Json) => Json | undefined): Json {
  const replaced = replace(node);
  if (replaced !== undefined) {
    return replaced;
  }
  if (Array.isArray(node)) {
    return node.map((child) => transform(child, replace));
  }
  if (isRecord(node)) {
    return Object.fromEntries(Object.entries(node).map(([key, child]) => [key, transform(child, replace)]));
  }
  return node;
}

/** Where a resource comes from: its construct path, or its logical id. */
export function placeOf(logicalId: string, resource: TemplateResource): string {
  const path = recordOf(resource.Metadata)['aws:cdk:path'];
  return typeof path === 'string' ? path : logicalId;
}

/**
 * A JSON document with intrinsics in it, as an intrinsic that yields the document's text. The intrinsics must yield
 * strings without characters that JSON escapes (names, ids and ARNs do).
 */
export function toJsonText(document: Json): Json {
  const parts: Json[] = [];
  const addText = (text: string) => {
    const last = parts.length - 1;
    if (typeof parts[last] === 'string') {
      parts[last] += text;
    } else {
      parts.push(text);
    }
  };
  const add = (node: Json) => {
    if (isIntrinsic(node)) {
      addText('"');
      parts.push(node);
      addText('"');
    } else if (Array.isArray(node)) {
      addText('[');
      node.forEach((child, index) => {
        addText(index === 0 ? '' : ',');
        add(child);
      });
      addText(']');
    } else if (isRecord(node)) {
      addText('{');
      Object.entries(node).forEach(([key, child], index) => {
        addText(`${index === 0 ? '' : ','}${JSON.stringify(key)}:`);
        add(child);
      });
      addText('}');
    } else {
      addText(JSON.stringify(node));
    }
  };
  add(document);
  return { 'Fn::Join': ['', parts] };
}
