import type { EffectName, Trust } from '../../runtime/core/contracts';
import type { SuiteName } from './suites';

/** An argument that names a target. */
export interface LabelTarget {
  /** JSON pointer. */
  readonly pointer: string;
  readonly kind: 'url' | 'email' | 'account' | 'person' | 'name' | 'id' | 'exact';
  /** Whom the description says is reached where the argument is left out. @default - it doesn't say so */
  readonly absent?: 'nobody' | 'own';
}

/** What a deployment declares about one tool, in addition to its schema. */
export interface ToolLabel {
  readonly effect: EffectName;
  /** The arguments that name a target, and what kind of target. */
  readonly targets?: readonly LabelTarget[];
  /** Fields of its results that hold ids. */
  readonly ids?: readonly { readonly of: string; readonly at: string }[];
  /** What the user's own address or account as target means. @default 'asks' */
  readonly own?: 'trusted';
  /** Whether its results may hold what outsiders wrote. @default 'untrusted' */
  readonly trust?: Trust;
  /** Arguments with free text that other people will read. */
  readonly texts?: readonly string[];
  /** Lists of the suite's directory that a target may come from. */
  readonly directory?: readonly string[];
}

/*
 * Made from the tools' own names, descriptions and schemas, by these rules:
 *
 * - read: gives back what is stored for the user. A request to an address in the arguments isn't one: the owner of
 *   that address sees it, so it is outbound.
 * - write: makes or changes something of the user's own that can be changed back.
 * - outbound: another person sees it: a message, an invitation, a page, a reservation, a notice to participants.
 * - destructive: moves money, gives or takes access, deletes or cancels.
 * - A target is whom the effect reaches: the account that money goes to, who receives, who gets or loses access (a new
 *   password gives access to everyone who knows it), what is deleted or cancelled. If an existing object names the
 *   receivers of a notice, that object is the target.
 * - A result is trusted only if no one except the user and the operator can write into it: balances, dates, the user's
 *   own profile. Names of channels and users are chosen by others.
 * - A directory is of the operator's making: payees, people of the workspace, addresses that the user has written to. A
 *   contact list that whoever writes to the user gets into is none. Deleted and cancelled objects, addresses of the web
 *   and new passwords have none.
 *
 * Kinds of targets, added later from the same sources, before the gate compared by kind:
 *
 * - The kind is what the argument's name and description say: "IBAN" is an account, "email" an email, "URL" a url, "ID" an
 *   id, a user of the workspace a person; a channel, hotel, restaurant or company a name. Otherwise it is exact.
 * - Leaving an argument out reaches nobody or the user alone only if the description says so (a mail without cc has no cc; an
 *   event without participants still has the owner of the calendar). "Optional" alone doesn't say whom an update reaches.
 * - The user's own address or account is trusted where the effect reaches the user alone and hands over nothing to read:
 *   money to the own account, access to the own file, a place in an event of the own calendar, whose owner is always
 *   included. A mail to the user is read as the user's own, so it asks.
 * - A search returns ids of what another tool takes by id, in the field that the system gives. Its targets are what it searches
 *   for: the words of a query, an address, a name of a file, a day. "If null" or the like says that it restricts nothing.
 * - A list of the directory with one value of the user's own is no longer a directory: it says what is the user's own.
 */
const read: ToolLabel = { effect: 'read' };
const ownRead: ToolLabel = { effect: 'read', trust: 'trusted' };

const searchEvents: ToolLabel = {
  effect: 'read',
  targets: [
    { pointer: '/query', kind: 'name' },
    { pointer: '/date', kind: 'exact', absent: 'nobody' },
  ],
  ids: [{ of: 'event', at: '/*/id_' }],
};
const createEvent: ToolLabel = {
  effect: 'outbound',
  targets: [{ pointer: '/participants', kind: 'email', absent: 'own' }],
  own: 'trusted',
  texts: ['title', 'description', 'location'],
  directory: ['written_to'],
};
const cancelEvent: ToolLabel = { effect: 'destructive', targets: [{ pointer: '/event_id', kind: 'id' }] };
const sendEmail: ToolLabel = {
  effect: 'outbound',
  targets: [
    { pointer: '/recipients', kind: 'email' },
    { pointer: '/cc', kind: 'email', absent: 'nobody' },
    { pointer: '/bcc', kind: 'email', absent: 'nobody' },
  ],
  texts: ['subject', 'body'],
  directory: ['written_to'],
};

/** The list of a suite's directory that holds what is the user's own. */
export const OWN: Readonly<Partial<Record<SuiteName, string>>> = { banking: 'own', workspace: 'account' };

export const LABELS: Readonly<Record<SuiteName, Readonly<Record<string, ToolLabel>>>> = {
  banking: {
    get_iban: ownRead,
    send_money: {
      effect: 'destructive',
      targets: [{ pointer: '/recipient', kind: 'account' }],
      own: 'trusted',
      texts: ['subject'],
      directory: ['payees'],
    },
    schedule_transaction: {
      effect: 'destructive',
      targets: [{ pointer: '/recipient', kind: 'account' }],
      own: 'trusted',
      texts: ['subject'],
      directory: ['payees'],
    },
    update_scheduled_transaction: {
      effect: 'destructive',
      targets: [{ pointer: '/recipient', kind: 'account' }],
      own: 'trusted',
      texts: ['subject'],
      directory: ['payees'],
    },
    get_balance: ownRead,
    get_most_recent_transactions: read,
    get_scheduled_transactions: read,
    read_file: read,
    get_user_info: ownRead,
    update_password: { effect: 'destructive', targets: [{ pointer: '/password', kind: 'exact' }] },
    update_user_info: { effect: 'write' },
  },
  slack: {
    get_channels: read,
    add_user_to_channel: {
      effect: 'destructive',
      targets: [{ pointer: '/user', kind: 'person' }],
      directory: ['users'],
    },
    read_channel_messages: read,
    read_inbox: read,
    send_direct_message: {
      effect: 'outbound',
      targets: [{ pointer: '/recipient', kind: 'person' }],
      texts: ['body'],
      directory: ['users'],
    },
    send_channel_message: {
      effect: 'outbound',
      targets: [{ pointer: '/channel', kind: 'name' }],
      texts: ['body'],
      directory: ['channels'],
    },
    get_users_in_channel: read,
    invite_user_to_slack: {
      effect: 'destructive',
      targets: [
        { pointer: '/user', kind: 'person' },
        { pointer: '/user_email', kind: 'email' },
      ],
      directory: ['users'],
    },
    remove_user_from_slack: {
      effect: 'destructive',
      targets: [{ pointer: '/user', kind: 'person' }],
      directory: ['users'],
    },
    get_webpage: { effect: 'outbound', targets: [{ pointer: '/url', kind: 'url' }] },
    post_webpage: { effect: 'outbound', targets: [{ pointer: '/url', kind: 'url' }], texts: ['content'] },
  },
  workspace: {
    send_email: sendEmail,
    delete_email: { effect: 'destructive', targets: [{ pointer: '/email_id', kind: 'id' }] },
    get_unread_emails: read,
    get_sent_emails: read,
    get_received_emails: read,
    get_draft_emails: read,
    search_emails: {
      effect: 'read',
      targets: [
        { pointer: '/query', kind: 'name' },
        { pointer: '/sender', kind: 'email', absent: 'nobody' },
      ],
      ids: [{ of: 'email', at: '/*/id_' }],
    },
    search_contacts_by_name: read,
    search_contacts_by_email: read,
    get_current_day: ownRead,
    search_calendar_events: searchEvents,
    get_day_calendar_events: read,
    create_calendar_event: createEvent,
    cancel_calendar_event: cancelEvent,
    reschedule_calendar_event: { effect: 'outbound', targets: [{ pointer: '/event_id', kind: 'id' }] },
    add_calendar_event_participants: {
      effect: 'outbound',
      targets: [{ pointer: '/participants', kind: 'email' }],
      own: 'trusted',
      directory: ['written_to'],
    },
    append_to_file: { effect: 'write' },
    search_files_by_filename: {
      effect: 'read',
      targets: [{ pointer: '/filename', kind: 'name' }],
      ids: [{ of: 'file', at: '/*/id_' }],
    },
    create_file: { effect: 'write' },
    delete_file: { effect: 'destructive', targets: [{ pointer: '/file_id', kind: 'id' }] },
    get_file_by_id: read,
    list_files: read,
    share_file: {
      effect: 'destructive',
      targets: [{ pointer: '/email', kind: 'email' }],
      own: 'trusted',
      directory: ['written_to'],
    },
    search_files: {
      effect: 'read',
      targets: [{ pointer: '/query', kind: 'name' }],
      ids: [{ of: 'file', at: '/*/id_' }],
    },
  },
  travel: {
    get_user_information: ownRead,
    get_all_hotels_in_city: read,
    get_hotels_prices: read,
    get_rating_reviews_for_hotels: read,
    get_hotels_address: read,
    get_all_restaurants_in_city: read,
    get_cuisine_type_for_restaurants: read,
    get_restaurants_address: read,
    get_rating_reviews_for_restaurants: read,
    get_dietary_restrictions_for_all_restaurants: read,
    get_contact_information_for_restaurants: read,
    get_price_for_restaurants: read,
    check_restaurant_opening_hours: read,
    get_all_car_rental_companies_in_city: read,
    get_car_types_available: read,
    get_rating_reviews_for_car_rental: read,
    get_car_fuel_options: read,
    get_car_rental_address: read,
    get_car_price_per_day: read,
    create_calendar_event: createEvent,
    search_calendar_events: searchEvents,
    get_day_calendar_events: read,
    cancel_calendar_event: cancelEvent,
    reserve_hotel: { effect: 'outbound', targets: [{ pointer: '/hotel', kind: 'name' }] },
    reserve_car_rental: { effect: 'outbound', targets: [{ pointer: '/company', kind: 'name' }] },
    reserve_restaurant: { effect: 'outbound', targets: [{ pointer: '/restaurant', kind: 'name' }] },
    get_flight_information: read,
    send_email: sendEmail,
  },
};
