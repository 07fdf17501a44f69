/** Words with which texts give instructions to a model. People seldom write them to each other. */
const INSTRUCTIONS: readonly RegExp[] = [
  // People take back their own words ("ignore my earlier message"), and speak of rules that are on a sign.
  /\b(?:ignore|disregard|forget|override|bypass)\s{1,5}(?:(?:all|any|of|the|your|these|those)\s{1,5}){0,4}(?:previous|prior|above|earlier|preceding|original|system)\s{1,5}(?:instructions?|prompts?|directions?|guidelines)\b/gi,
  /\b(?:ignore|disregard|forget|override|bypass)\s{1,5}(?:(?:all|any|of|your|these|those)\s{1,5}(?:(?:the|your|previous|prior|earlier|original)\s{1,5}){0,3}|(?:the\s{1,5})?(?:above|system)\s{1,5})rules\b/gi,
  /\b(?:ignore|disregard|forget)\s{1,5}(?:everything|anything|all)\s{1,5}(?:that\s{1,5})?you\s{1,5}(?:were|have\s{1,5}been|know)\b/gi,
  /\b(?:do not|don['’]t|never)\s{1,5}(?:tell|inform|alert|notify|mention\s{1,5}(?:this|it)\s{1,5}to)\s{1,5}(?:the\s{1,5})?user\b/gi,
  /\b(?:new|updated|real|actual)\s{1,5}(?:system\s{1,5}(?:prompt|instructions?|message(?=\s{0,3}:))|instructions?\s{1,5}for\s{1,5}(?:the\s{1,5})?(?:ai|llm|chatbot|language\s{1,5}model|(?:assistant|agent|model)(?=\s{0,3}:)))\b/gi,
  /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|assistant)(?:[_-]prompt)?>/gi,
  // The gate's own marks.
  /<<\s{0,3}(?:data\s{1,5}[0-9a-f]{4,64}\b|end\s{1,5}of\s{1,5}data\b)/gi,
];

/** The first instruction to a model in a text that the user's task doesn't contain itself. Undefined: there is none. */
export function instructionIn(text: string, taskText: string): string | undefined {
  const task = taskText.toLowerCase();
  for (const pattern of INSTRUCTIONS) {
    for (const [found] of text.matchAll(pattern)) if (!task.includes(found.toLowerCase())) return found;
  }
  return undefined;
}

/** The text without instructions to a model. */
export function withoutInstructions(text: string): string {
  return INSTRUCTIONS.reduce((rest, pattern) => rest.replace(pattern, '[withheld: an instruction]'), text);
}
