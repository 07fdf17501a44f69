import { MarkedText } from './marked-text';

/** The task, line by line: a person wrote it, and its line ends hide nothing. */
export function TaskText({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/\r?\n/).map((line, index) => (
        <div key={index}>
          <MarkedText text={line} />
        </div>
      ))}
    </>
  );
}
