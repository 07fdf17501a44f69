/** Words with which texts give instructions to a model. People seldom write them to each other. */
const INSTRUCTIONS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\s{1,5}(?:(?:all|any|of|the|your|my|these|those)\s{1,5}){0,4}(?:previous|prior|above|earlier|preceding|original|system)\s{1,5}(?:instructions?|prompts?|rules|messages?|directions?|guidelines)/gi,
  /\b(?:do not|don['’]t|never)\s{1,5}(?:tell|inform|alert|notify|mention\s{1,5}(?:this|it)\s{1,5}to)\s{1,5}(?:the\s{1,5})?user\b/gi,
  /\b(?:new|updated|real|actual)\s{1,5}(?:system\s{1,5}(?:prompt|message|instructions?)|instructions?\s{1,5}for\s{1,5}(?:the\s{1,5})?(?:ai|assistant|agent|model))\b/gi,
  /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id)\|>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:system|assistant)(?:[_-]prompt)?>/gi,
  // The gate's own marks.
  /<<\s{0,3}(?:end of )?data\b/gi,
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
