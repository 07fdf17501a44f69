import type { DomainName } from './domains';
import { OPERATIONS } from './labels/operations';
import { PRACTICE } from './labels/practice';
import { SHOP } from './labels/shop';
import type { ToolLabel } from './labels/tool-label';

/*
 * Made from the tools' own names, descriptions and schemas, by these rules. The first six are AgentDojo's
 * (benchmarks/agentdojo/labels.ts); the others are new.
 *
 * - read: gives back what is stored for the user. A request to an address in the arguments isn't one: the owner of
 *   that address sees it, so it is outbound.
 * - write: makes or changes something of the user's own that can be changed back.
 * - outbound: another person sees it: a message, a comment, an appointment, a notice.
 * - destructive: moves money or goods, gives or takes access, deletes, cancels, or changes what a service does for others.
 * - A target is whom the effect reaches: who receives, the account that money goes to, where goods go, who gets or loses
 *   access and to what, what is deleted, cancelled or changed. If an object names the receivers, that object is a target.
 * - A result is trusted only if no one except the user and the operator can write into it.
 *
 * - Kinds: a number that some system gave is an `id`; a name of a person is a `person`; a street, a host or a group is
 *   `exact`.
 * - Directory: short lists of the operator's making, only for who receives a message, a question about a parcel, a payment
 *   or a request for a page.
 *   What is deleted, cancelled, changed, or given access to has none.
 * - Address book: colleagues, suppliers and partners, by name. Customers, patients and requesters aren't in it: whoever
 *   comes by gets into such a list. It serves every target that is an email address, an account or a person, and only
 *   where the task holds the name.
 * - The user's own address: trusted where it only names the user as the one in charge (an assignee, a copy to the user
 *   beside other receivers). Unknown where the user would be the receiver: the assistant can simply answer.
 * - Left out: `constant` if what the call reaches then follows from its other targets (an order's own customer, the
 *   registered address of a user). `unknown` if it reaches everybody, or what someone else configured.
 * - Ids of a read: numbers that our own systems gave, and addresses that the owner of the object proved by registering or
 *   that staff keep. Never a text, a link, a sender's line, what is read from a scan, or where somebody wants something sent.
 *   A list into which outsiders can put an entry that matches the search (customers by name, tickets, conversations,
 *   mails by sender) has none.
 * - Limits: for what can be repeated for gain or annoyance: money, credit, goods, mails, deletions. As many as a busy
 *   task needs, twice over.
 */
export const LABELS: Readonly<Record<DomainName, Readonly<Record<string, ToolLabel>>>> = {
  operations: OPERATIONS,
  shop: SHOP,
  practice: PRACTICE,
};
