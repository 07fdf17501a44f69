import { type ArgumentsView, type CardField, wholeValues } from '../approvals/approval-card';
import { FOUND } from '../approvals/card-lines';
import { holdsName } from '../approvals/naming-field';
import { MarkedText } from './marked-text';

interface ArgumentsTableProps {
  readonly view: ArgumentsView;
  readonly argumentsText: string;
  /** The pointers of the long values that were unfolded. */
  readonly expanded: ReadonlySet<string>;
  readonly onExpand: (pointer: string) => void;
}

/** The arguments, field by field, drawn from the bytes that would be sent. What names a target comes first. */
export function ArgumentsTable({ view, argumentsText, expanded, onExpand }: ArgumentsTableProps) {
  const whole = wholeValues(argumentsText);
  return (
    <section aria-labelledby="arguments">
      <h3 id="arguments">What would be sent</h3>
      {view.warnings.length > 0 && (
        <ul class="problems" aria-label="Warnings">
          {view.warnings.map(({ pointer, what }) => (
            <li key={`${pointer} ${what}`}>
              <code>{pointer}</code>: {what}
            </li>
          ))}
        </ul>
      )}
      <dl class="fields">
        {view.fields.map((field) => (
          <Field
            key={field.pointer}
            field={field}
            value={whole.get(field.pointer) ?? field.preview}
            open={!field.cut || expanded.has(field.pointer)}
            onExpand={() => onExpand(field.pointer)}
          />
        ))}
      </dl>
      <details>
        <summary>Exact text, {view.bytes} bytes, written by the agent</summary>
        <pre>
          <MarkedText text={argumentsText} />
        </pre>
      </details>
    </section>
  );
}

interface FieldProps {
  readonly field: CardField;
  /** The whole value as JSON. */
  readonly value: string;
  readonly open: boolean;
  readonly onExpand: () => void;
}

function Field({ field, value, open, onExpand }: FieldProps) {
  const { pointer, target, provenance, bytes } = field;
  const flag = target || holdsName(pointer);
  const shown = open ? value : Array.from(value.slice(0, 240)).slice(0, 120).join('');
  return (
    <div class={target ? 'field target' : 'field'}>
      <dt>
        <code>{pointer}</code>
        {target && <span class="tag">target</span>}
        {provenance && (
          <span class={provenance === 'unknown' ? 'tag unknown' : 'tag'}>{FOUND[provenance] ?? 'UNKNOWN'}</span>
        )}
      </dt>
      <dd>
        <MarkedText text={shown} flagForeign={flag} />
        {!open && (
          <button type="button" onClick={onExpand} aria-label={`Unfold ${pointer}, ${bytes} bytes`}>
            … Unfold all {bytes} bytes
          </button>
        )}
      </dd>
    </div>
  );
}
