import { ledgerKey, PLATFORM_STREAM, type Sha256Hex } from '../core/contracts';
import { deployedHash, deployFields, noteDeployment } from '../core/ledger/deploy-entry';
import { encodeEntry, parseEntry } from '../core/ledger/entry';
import { rotationText } from '../core/ledger/key-rotation';
import { formatNote, formatVerifierKey } from '../core/merkle/note';
import { currentSigner } from './current-signer';
import { ownEntry } from './own-entry';
import type { SealerLimits, SealerPorts } from './sealer-ports';
import type { SealerState } from './sealer-state';

/**
 * Writes the sealer's entries in the platform stream. Each method takes the keys that are about to be sealed, and returns
 * the key of a new entry, or undefined where none is due.
 */
export class PlatformEntries {
  constructor(
    private readonly ports: SealerPorts,
    private readonly limits: SealerLimits,
  ) {}

  /** Hands the log over to the last key, by an entry that the current key signs. */
  async rotation(state: SealerState, keys: readonly string[]): Promise<string | undefined> {
    const { signers } = this.ports;
    const current = currentSigner(signers, state);
    const last = signers.at(-1) ?? current;
    if (current.key.id === last.key.id) return undefined;
    const text = rotationText(last.key);
    const note = formatNote(text, current.key, await current.sign(text));
    return this.write(state, keys, 'key_rotation', { rotation: { key: formatVerifierKey(last.key), note } });
  }

  /**
   * Records the first deployment of an agent that isn't recorded yet. A change that lets more calls run without a person
   * leaves a trace that nobody can edit.
   */
  async deploy(state: SealerState, keys: readonly string[]): Promise<string | undefined> {
    const recorded = await this.recordedDeployments(state, keys);
    const fields = this.ports.deployments
      .map(deployFields)
      .find((each) => deployedHash(each) !== recorded.get(each.deployment?.agent ?? ''));
    return fields && this.write(state, keys, 'deploy', fields);
  }

  /** A heartbeat in every period: a log that stops growing then shows it. */
  async heartbeat(state: SealerState, keys: readonly string[], now: number): Promise<string | undefined> {
    if (now - state.heartbeatAt < this.limits.heartbeatMs) return undefined;
    return this.write(state, keys, 'heartbeat');
  }

  /** The hash of each agent's last recorded deployment. A run that died may have recorded one without sealing the entry. */
  private async recordedDeployments(
    state: SealerState,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, Sha256Hex>> {
    const recorded = new Map(state.deployed);
    for (const key of keys.filter(isOfPlatform)) {
      const parsed = parseEntry((await this.ports.ledger.get(key)) ?? '');
      if (parsed.ok && parsed.entry.type === 'deploy') noteDeployment(recorded, parsed.entry);
    }
    return recorded;
  }

  private async write(
    state: SealerState,
    keys: readonly string[],
    type: 'heartbeat' | 'key_rotation' | 'deploy',
    fields: Partial<ReturnType<typeof ownEntry>> = {},
  ): Promise<string> {
    const seq = (state.streams.get(PLATFORM_STREAM)?.next ?? 1) + keys.filter(isOfPlatform).length;
    const key = ledgerKey.entry(PLATFORM_STREAM, seq);
    await this.ports.ledger.create(
      key,
      encodeEntry({ ...ownEntry(this.ports, PLATFORM_STREAM, seq, type), ...fields }),
    );
    return key;
  }
}

function isOfPlatform(key: string): boolean {
  return key.startsWith(`entries/${PLATFORM_STREAM}/`);
}
