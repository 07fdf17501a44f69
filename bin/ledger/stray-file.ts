/** Names that operating systems, editors and file servers give their own files and folders. */
const STRAY_NAMES = [
  // macOS
  /^\._/,
  /^\.(?:ds_store|localized|apdisk|appledouble|lsoverride|fseventsd|trashes|temporaryitems|documentrevisions-v100)$/i,
  /^\.(?:spotlight-v100|volumeicon\.icns|com\.apple\.timemachine\.donotpresent)$/i,
  /^__macosx$/i,
  /^icon\r$/i,
  // Windows
  /^(?:thumbs\.db(?::encryptable)?|ehthumbs(?:_vista)?\.db|desktop\.ini)$/i,
  /^(?:\$recycle\.bin|system volume information)$/i,
  // Linux, and file servers
  /^\.(?:directory|nfs[0-9a-f]{8,}|fuse_hidden[0-9a-f]+|trash-\d+)$/i,
  /^lost\+found$/,
  /^(?:@eadir|#recycle|#snapshot|\.snapshot)$/i,
  // Editors: backups, swap files and locks
  /~$/,
  /^\..*\.sw[a-p]$/i,
  /^#.*#$/,
  /^\.#/,
  /^~\$/,
];

/** Names of entries, batches, checkpoints and streams. */
const USUAL = /^[\dA-Za-z][\w-]*$/;

/** Whether a file or folder of this name in a copy is no object of the ledger. No writer's key contains such a name. */
export function isStrayName(name: string): boolean {
  return !USUAL.test(name) && STRAY_NAMES.some((pattern) => pattern.test(name));
}
