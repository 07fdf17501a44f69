/** One listed object. */
export interface ListedObject {
  readonly key: string;
  /** Epoch milliseconds, of the store's clock. */
  readonly modified: number;
  readonly bytes: number;
}

/** The bucket operations that the sealer needs. Listing must be strongly consistent, as in S3. */
export interface ObjectStore {
  /** The text of an object; undefined where there is no object. */
  get(key: string): Promise<string | undefined>;
  /** Creates an object, or returns the text that the key already has. */
  create(key: string, text: string): Promise<{ readonly created: boolean; readonly text: string }>;
  /** Writes an object, and replaces an existing one. */
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Objects under a prefix in the order of their keys, starting after the key `after`. */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /** The folders directly under a prefix, each as prefix, name and slash, in order, starting after `after`. */
  listFolders(prefix: string, after?: string): AsyncIterable<string>;
}
