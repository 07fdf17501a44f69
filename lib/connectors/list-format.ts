/** How a list or an object is written in a query or a form. A plain value is written as it is, whatever the format. */
export enum ListFormat {
  /** `ids=["a","b"]` */
  JSON = 'json',
  /** `ids=a&ids=b` */
  REPEAT = 'repeat',
  /** `ids[]=a&ids[]=b` */
  BRACKETS = 'brackets',
  /** `ids=a,b`. An item with a comma isn't sent: the target would read two. */
  COMMA = 'comma',
  /** `ids=a%20b`. An item with a space isn't sent. */
  SPACE = 'space',
  /** `ids=a%7Cb`. An item with `|` isn't sent. */
  PIPE = 'pipe',
  /** `filter[state]=open&filter[ids][0]=a`, for objects in objects and lists. */
  NESTED = 'nested',
}
