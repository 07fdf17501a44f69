/** How a request carries the arguments that are neither in its path nor in its query nor in a header. */
export enum HttpBody {
  /** `application/json` */
  JSON = 'json',
  /** `application/x-www-form-urlencoded` */
  FORM = 'form',
  /** There is no body; they go into the query. */
  NONE = 'none',
}
