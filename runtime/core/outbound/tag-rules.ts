import { mayLoad, namesElsewhere, problemOfLink } from './address';
import type { NamedAddresses } from './named-addresses';
import { problemOfStyle } from './styles';
import { type Tag, withoutPrefix } from './tag';

const set = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/));

/** These load, run or send by themselves, whatever their attributes are called. Without any attribute they do nothing. */
const ACTING = set(
  'iframe frame frameset object embed applet form base portal fencedframe webview bgsound layer ilayer isindex controlledframe',
);

/** Where a `href` is loaded, instead of followed. */
const LOADING_HREF = set(
  'link base use image feimage script filter pattern lineargradient radialgradient mpath textpath tref cursor animate animatemotion animatetransform set',
);

/** Elements whose attributes are judged in another way than those of others. */
export const NAMES_THAT_MATTER: ReadonlySet<string> = new Set([...ACTING, ...LOADING_HREF, 'param', 'script', 'style']);

/** Kinds of `<link>` that say something about the text, and load nothing. */
const INERT_LINKS = set(
  'alternate author bookmark canonical edit help hub license nofollow noopener noreferrer related self tag via',
);

/** Attributes whose value is never an address that a program loads. */
const INERT = set(
  `abbr about accept accept-charset accesskey align alt aria-label aria-labelledby aria-describedby aria-hidden as attributeformdefault
  autocapitalize autocomplete autofocus bgcolor border cellpadding cellspacing charset checked cite class clear color cols colspan
  content contenteditable coords cx cy d datatype datetime default dir disabled draggable dur encoding enctype elementformdefault face
  fill for format frameborder headers height hidden homepage hreflang id identifier inert itemid itemprop itemscope itemtype key kind
  label lang language lang level list location loading longdesc max maxlength media method min minlength multiple muted name namespace
  noshade novalidate nowrap open pattern placeholder points prefix prefersreducedmotion property r readonly ref rel relationship
  required resource rev role rows rowspan rules rx ry scope selected shape size sizes slot span spellcheck start status step summary
  system tabindex target targetnamespace text title transform translate type typeof uri url valign value version viewbox vocab vspace
  website width wrap x x1 x2 y y1 y2 xmlns`,
);

/** Attributes that are loaded, on any element. */
const LOADED = set('src poster background dynsrc lowsrc imagesrc');
const LOADED_LISTS = set('srcset imagesrcset');
/** Attributes that send or run something, on any element. */
const SENDING = set('ping formaction srcdoc attributionsrc');
/** What an `http-equiv` may be: everything else redirects or sets policies. */
const INERT_HEADERS = set('content-type content-language x-ua-compatible');

/** An event handler that names a function of a component, as in code of React: as a script it does nothing. */
const NAME_OF_HANDLER = /^\{?(?:[\w$.]*|\([\w$,]*\)?=?)\}?$/;

const ELEMENT = 'an element that loads a URL';

/** What a tag does because of its attributes. Undefined: nothing. */
export function problemOfAttributes(tag: Tag, named: NamedAddresses): string | undefined {
  for (const [whole, value] of tag.attributes) {
    const problem = problemOfAttribute(tag, { name: withoutPrefix(whole), whole, value }, named);
    if (problem !== undefined) return tag.name === 'form' ? 'a form' : problem;
  }
  return undefined;
}

interface Attribute {
  readonly name: string;
  /** With the prefix of its namespace. */
  readonly whole: string;
  readonly value: string;
}

function problemOfAttribute(tag: Tag, attribute: Attribute, named: NamedAddresses): string | undefined {
  const { name, value } = attribute;
  if (/^on[a-z]+$/.test(name)) return NAME_OF_HANDLER.test(value) ? undefined : 'a script';
  if (SENDING.has(name)) return name === 'formaction' ? 'a form' : ELEMENT;
  const special = SPECIAL.get(name);
  if (special) return special(value, tag, named);
  if (LOADED.has(name) || LOADED_LISTS.has(name)) return problemOfLoaded(tag, attribute, named);
  if (isInert(attribute) && tag.name !== 'param') return undefined;
  return ACTING.has(tag.name) || namesElsewhere(value, named) ? ELEMENT : undefined;
}

/** Attributes with a meaning of their own. */
const SPECIAL: ReadonlyMap<string, (value: string, tag: Tag, named: NamedAddresses) => string | undefined> = new Map(
  Object.entries({
    'http-equiv': (value: string) => (INERT_HEADERS.has(value.trim().toLowerCase()) ? undefined : 'a redirect'),
    attributename: (value: string) => (/href|src|style|^on/i.test(value) ? 'a script' : undefined),
    style: (value: string, _: Tag, named: NamedAddresses) => problemOfStyle(value, named),
    href: (value: string, tag: Tag, named: NamedAddresses) => problemOfHref(tag, value, named),
  }),
);

function problemOfLoaded(tag: Tag, { name, value }: Attribute, named: NamedAddresses): string | undefined {
  const addresses = LOADED_LISTS.has(name) ? value.split(/,\s|\s+/) : [value];
  return addresses.every((each) => mayLoad(each, named)) ? undefined : imageOr(tag);
}

function problemOfHref(tag: Tag, value: string, named: NamedAddresses): string | undefined {
  if (tag.name === 'link' && relationsOf(tag).every((each) => INERT_LINKS.has(each)))
    return problemOfLink(value, named);
  if (LOADING_HREF.has(tag.name)) return mayLoad(value, named) && tag.name !== 'base' ? undefined : ELEMENT;
  return problemOfLink(value, named);
}

/** Without a relation, a `<link>` loads nothing. */
function relationsOf({ attributes }: Tag): string[] {
  const rel = attributes.filter(([name]) => name === 'rel').map(([, value]) => value);
  return rel
    .join(' ')
    .toLowerCase()
    .split(/\s+/)
    .filter((each) => each !== '');
}

function isInert({ name, whole }: Attribute): boolean {
  return INERT.has(name) || whole.startsWith('xmlns:') || whole.startsWith('xsi:');
}

function imageOr({ name }: Tag): string {
  return name === 'img' || name === 'image' ? 'an image' : ELEMENT;
}
