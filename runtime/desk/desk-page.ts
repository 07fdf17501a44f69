/** The page's files, by their names, with their content types. */
export const ASSET_TYPES: Readonly<Record<string, string>> = {
  'desk.js': 'text/javascript',
  'desk.css': 'text/css',
};

/** The one page of the desk. It holds nothing of a request: its script reads that. */
export function deskPage(base: string): string {
  return page(
    base,
    'Approvals',
    `<div id="desk" data-base="${escapeHtml(base)}"></div>
<noscript><main><h1>Approvals</h1><p>This page needs JavaScript. Without it, use <code>hardened-agent approvals</code>.</p></main></noscript>
<script type="module" src="${escapeHtml(base)}/assets/desk.js"></script>`,
  );
}

/** A page in plain words, without a script: what happened, and what to do. */
export function wordsPage(base: string, title: string, reason: string, action: { text: string; path: string }): string {
  return page(
    base,
    title,
    `<main class="words"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(reason)}</p>
<p><a class="button" href="${escapeHtml(base + action.path)}">${escapeHtml(action.text)}</a></p></main>`,
  );
}

function page(base: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(base)}/assets/desk.css">
</head>
<body>
${body}
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');
}
