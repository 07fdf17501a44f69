/** One listed object. */
export interface ListedObject {
  readonly key: string;
  /** Epoch milliseconds, of the store's clock. */
  readonly modified: number;
  readonly bytes: number;
}

/** What the sealer needs of a bucket. Listing is strongly consistent, as S3's is. */
export interface ObjectStore {
  /** The text of an object; undefined when there is none. */
  get(key: string): Promise<string | undefined>;
  /** Creates an object, or returns the text that is there already. */
  create(key: string, text: string): Promise<{ readonly created: boolean; readonly text: string }>;
  /** Writes an object, over another if need be. */
  put(key: string, body: string | Uint8Array, contentType: string): Promise<void>;
  /** Objects under a prefix in the order of their keys, from the first key after `after`. */
  list(prefix: string, after?: string): AsyncIterable<ListedObject>;
  /** The next path elements under a prefix, each with its slash, in order, from the first after `after`. */
  listFolders(prefix: string, after?: string): AsyncIterable<string>;
}
