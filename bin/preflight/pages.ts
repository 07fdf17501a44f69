/** An answer that may have a next page. */
interface Page {
  readonly NextToken?: string;
}

/**
 * All items of a listing. `ask` gets the token of the page, and `itemsOf` reads a page. After the last page, some services
 * leave the token out, and EC2 documents an empty string.
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html
 */
export async function allPages<Answer extends Page, Item>(
  ask: (NextToken: string | undefined) => Promise<Answer>,
  itemsOf: (answer: Answer) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const answer = await ask(token);
    for (const item of itemsOf(answer) ?? []) items.push(item);
    token = answer.NextToken;
  } while (token);
  return items;
}

/** The name of an error of AWS: `NoSuchEntityException`, or the older `NoSuchEntity`. */
function isAwsError(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.some((name) => error.name === name || error.name === `${name}Exception`);
}

/** The answer, or undefined where AWS says that there is no such thing. */
export async function unlessAbsent<Answer>(answer: Promise<Answer>, ...names: string[]): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsError(error, ...names)) return undefined;
    throw error;
  }
}
