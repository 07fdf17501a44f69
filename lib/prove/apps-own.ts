/**
 * Places of the app's own: images, the documents of its sessions, and what its tools use. Others of the app use them too. A resource
 * that is something else for the runtime besides isn't one of them.
 */
export function isAppsOwn(place: string): boolean {
  return /^(image|documents|own resource|key of the (own resource|documents))$/.test(place);
}
