import * as fs from 'node:fs';
import { adaptSchema } from '../../runtime/core/foreign-schema/adapt-schema';
import type { ConnectorReview, ReviewedTool, ReviewKind } from '../../runtime/core/review/connector-review';
import { parseReview } from '../../runtime/core/review/parse-review';
import { strayParts } from '../../runtime/core/review/stray-parts';
import { fromFactory } from '../private/props/from-factory';
import { text } from '../private/props/shape';

/** At most so many problems of a file are shown at once. */
const MOST_SHOWN = 20;

/**
 * The review file of a connector whose tools somebody else wrote: which tools a person granted, with their effects, their
 * schemas made safe, and the pins of their definitions. `hardened-agent import` writes it; a person edits and commits it.
 *
 * A connector refuses a file that can't be read, has unknown keys, or was edited so that its parts contradict each other, such as a pin
 * that isn't the hash of its definition. See docs/importing.md.
 */
export class ServerReview {
  /** Reads a review file, relative to the working directory of the app. */
  public static fromFile(path: string): ServerReview {
    const given = { path: [text('connectors/github.review.json'), path] } as const;
    return fromFactory(
      ServerReview,
      'ServerReview.fromFile',
      given,
      () => new ServerReview(readReviewFile(path), path),
    );
  }

  /** Takes the text of a review file. */
  public static fromString(json: string): ServerReview {
    const given = { json: [text('the text of a review file'), json] } as const;
    return fromFactory(ServerReview, 'ServerReview.fromString', given, () => new ServerReview(json, 'the review'));
  }

  private readonly review: ConnectorReview;

  private constructor(
    json: string,
    private readonly source: string,
  ) {
    const parsed = parseReview(json);
    const problems = parsed.ok ? parsed.review.tools.flatMap(inputProblems) : parsed.problems;
    if (!parsed.ok || problems.length > 0) {
      const more = problems.length > MOST_SHOWN ? [`and ${problems.length - MOST_SHOWN} more`] : [];
      const shown = [...problems.slice(0, MOST_SHOWN), ...more];
      throw new Error(`${source} is refused:${shown.map((problem) => `\n  - ${problem}`).join('')}`);
    }
    this.review = parsed.review;
  }

  /**
   * The review, for a connector of its kind.
   * @throws Error with the connector's path if it is of another kind
   * @internal
   */
  public _of(kind: ReviewKind, path: string): ConnectorReview {
    if (this.review.kind === kind) return this.review;
    throw new Error(
      `${path}: ${this.source} is the review of ${KINDS[this.review.kind]}; write ${USES[this.review.kind]} instead`,
    );
  }
}

const KINDS = { mcp: 'an MCP server', openapi: 'an OpenAPI document' } as const;
const USES = { mcp: 'new McpConnector(…)', openapi: 'new OpenApiConnector(…)' } as const;

function readReviewFile(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} can't be read; write a path relative to where the app runs`);
  }
}

/** What the input of a granted tool has that its definition hasn't. Such a call would only fail at the server. */
function inputProblems({ name, granted, input, listed, choices }: ReviewedTool): string[] {
  if (!granted || input === undefined) return [];
  const adapted = adaptSchema(listed.inputSchema ?? null, choices);
  if (!adapted.ok) {
    return [
      `the tool ${name}: its definition can't be used with these choices (${adapted.refused[0]}); import it again`,
    ];
  }
  return strayParts(input, adapted.schema).map(
    (problem) => `the tool ${name}: its input was edited against its definition: ${problem}`,
  );
}
