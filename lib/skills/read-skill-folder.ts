import * as fs from 'node:fs';
import * as path from 'node:path';
import { MAX_SKILL_FILES } from '../../runtime/core/contracts';
import type { GivenFile } from '../../runtime/core/skills/read-skill';

/** A script or a picture beside the instructions. What the gate serves has a lower limit. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;
const MAX_DEPTH = 6;

/**
 * The files of a skill's folder. Names that begin with a dot don't count: editors and version control make them.
 * @throws Error for a link, because what it points to may change, and for a folder that can't be a skill
 * @internal
 */
export function readSkillFolder(directory: string): GivenFile[] {
  const places = [...placesIn(directory, '', 0)];
  return places.map((place) => ({ path: place, bytes: bytesOf(path.join(directory, place), place) }));
}

/** Paths of the files below a folder. */
function* placesIn(directory: string, below: string, depth: number): Generator<string> {
  if (depth > MAX_DEPTH) throw new Error(`${below} is nested more than ${MAX_DEPTH} folders deep; move it up`);
  let files = 0;
  for (const entry of entriesOf(path.join(directory, below))) {
    const place = below === '' ? entry.name : `${below}/${entry.name}`;
    files += 1;
    if (files > MAX_SKILL_FILES)
      throw new Error(`${below || 'it'} has more than ${MAX_SKILL_FILES} files; ${LEAVE_OUT}`);
    if (entry.isDirectory()) yield* placesIn(directory, place, depth + 1);
    else if (entry.isFile()) yield place;
    else throw new Error(`${place} is a link or no file; copy what it points to`);
  }
}

const LEAVE_OUT = "leave out what the agent won't read";

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
  } catch {
    throw new Error("it can't be read; write a folder relative to where the app runs");
  }
}

function bytesOf(file: string, place: string): Buffer {
  const { size } = fs.statSync(file);
  if (size > MAX_FILE_BYTES)
    throw new Error(`${place} has ${size} bytes, and ${MAX_FILE_BYTES} are the most; remove it`);
  return fs.readFileSync(file);
}
