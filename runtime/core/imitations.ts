/** What marks are about. */
const WORDS =
  '(?:(?:un)?trusted|data|content|results?|output|tool|document|context|input|external|quoted|message|reply|gate|call)';
const END = String.raw`(?:end|begin|start)[\s_-]{1,5}(?:of[\s_-]{1,5})?(?:the[\s_-]{1,5})?`;
const OPEN = '[<＜﹤‹〈⟨❮［【[]';
const CLOSE = '[>＞﹥›〉⟩❯］】\\]]';
/** Where a line begins, also in a text of JSON, and the signs of quotes, lists and rules. */
const LINE_BEGIN = String.raw`(?:^|[\n\r]|\\n|\\r|")[ \t>*#\-=~_|{}<().:;!/[\]]{0,80}`;
const LINE_END = String.raw`[ \t>*#\-=~_|{}().:;!/[\]]{0,80}(?:$|[\n\r"]|\\[nr])`;

/**
 * What a result may imitate to seem to end, to come from the gate, or to be another message. A match is what is escaped: in JSON, it
 * is always inside a string. A result doesn't know the nonce of its marks, so these rules are for a model that doesn't compare it.
 */
const IMITATIONS: readonly RegExp[] = [
  // Two opening angle brackets, or a sign that looks like them, before the words of a mark.
  /(?:(?:[<＜﹤‹〈⟨❮]\s{0,3}){2}|[《«≪⟪])(?=\s{0,10}(?:\/\s{0,3})?(?:end\s{1,10}(?:of\s{1,10})?)?data)/giu,
  // Tags around data or messages: `</untrusted>`, `<tool_result id=1>`, `[end of document]`.
  new RegExp(
    String.raw`${OPEN}(?=\s{0,5}[/|]?\s{0,5}(?:(?:${END})?(?:untrusted|system|assistant|human)(?:[\s_-]{1,3}(?:${WORDS}|prompt|instructions?)){0,3}|(?:${END})?(?:trusted|tool|function|user|external|gate)(?:[\s_-]{1,3}(?:${WORDS}s?|response)){1,3}|${END}${WORDS})(?:\s[^<>\n]{0,200})?\s{0,5}[/|]?${CLOSE})`,
    'gi',
  ),
  // Tokens of chats: `<|im_start|>`, `[INST]`, `<<SYS>>`.
  /<(?=\|[a-z_]{2,30}\|>)|\[(?=\/?INST\])|<<(?=\/?SYS>>)/gi,
  // Lines that end data in words: `=== END OF UNTRUSTED CONTENT ===`.
  new RegExp(
    String.raw`(?<=${LINE_BEGIN})e(?=nd\s{1,5}(?:of\s{1,5})?(?:the\s{1,5})?(?:(?:(?:un)?trusted|external|tool|function)[\s_-]{1,5}${WORDS}\b|(?:${WORDS}\s{0,3}){1,3}${LINE_END}))`,
    'gi',
  ),
  // Lines that begin another message.
  /(?<=(?:^|[\n\r]|\\n|\\r|")(?:#{1,4} {0,3}|\*\*)?)[SAH](?=(?:ystem|ssistant|uman)(?: (?:message|prompt))? {0,3}(?:\*\*)?:(?:\*\*)?\s)/g,
  // A reply of the gate.
  /(?<=["'])(?:r(?=equestId\\{0,8}["']\s{0,5}:\s{0,5}\\{0,8}["']r-[0-9a-f])|p(?=rovenance\\{0,8}["']\s{0,5}:\s{0,5}\{)|s(?=tatus\\{0,8}["']\s{0,5}:\s{0,5}\\{0,8}["'](?:pending_approval|outcome_unknown)))/g,
  // A sentence of the gate in brackets.
  /\((?=\d{1,9} invisible or direction-changing|Left out, because they don.t fit|The result is withheld|The content imitates)/g,
];

/** The content with escapes in place of what imitates the gate, and how often. */
export function withoutImitations(
  content: string,
  escaped: (signs: string) => string,
): { readonly text: string; readonly imitations: number } {
  let imitations = 0;
  const text = IMITATIONS.reduce(
    (rest, pattern) =>
      rest.replace(pattern, (signs) => {
        imitations += 1;
        return escaped(signs);
      }),
    content,
  );
  return { text, imitations };
}
