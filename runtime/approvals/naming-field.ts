/** Parts of names of fields that hold a name, an address or an amount. */
const NAMING =
  /name|recipient|receiver|payee|beneficiary|customer|client|vendor|supplier|merchant|company|employee|member|owner|person|contact|sender|e?mail|address|street|city|country|postcode|phone|account|destination|iban|bic|url|uri|host|domain|website|amount|price|total|cents|currency|value|payment|refund|payout|balance|budget|salary|quantity/i;
/** The same for short words, which are also parts of other words. */
const NAMING_WORDS: ReadonlySet<string> = new Set(
  'to from cc bcc user sum fee fees cost costs paid pay qty zip tel mobile fax link handle alias limit rate tax'.split(
    ' ',
  ),
);
/** Names of fields in which people write. */
const PROSE =
  /^(?:notes?|comments?|descriptions?|texts?|message|body|reason|memo|contents?|summary|subject|title|details?)$/i;

/**
 * Whether the name of a field says that it holds a name, an address or an amount, or that of an object around it does: the family name in
 * `/payee/family` too. A text for people in such an object doesn't.
 */
export function holdsName(pointer: string): boolean {
  const names = pointer.split('/').filter((token) => token !== '' && !/^\d+$/.test(token));
  const own = names.pop() ?? '';
  return isNaming(own) || (!PROSE.test(own) && names.some(isNaming));
}

function isNaming(name: string): boolean {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/);
  return NAMING.test(name) || words.some((word) => NAMING_WORDS.has(word.toLowerCase()));
}
