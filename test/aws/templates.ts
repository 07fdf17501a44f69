import { GUARDED_APPS, type GuardedApp } from '../guard/apps';
import { type MaskedTemplate, maskedTemplates } from '../guard/masked-template';

/** Every template of the guarded apps, with a name to print. */
export function guardedTemplates(): { readonly name: string; readonly template: MaskedTemplate }[] {
  return (Object.keys(GUARDED_APPS) as GuardedApp[]).flatMap((app) =>
    Object.entries(maskedTemplates(app)).map(([stack, template]) => ({ name: `${app}/${stack}`, template })),
  );
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export function resourcesOf(template: MaskedTemplate, type?: string): [string, TemplateResource][] {
  const all = Object.entries(template.Resources ?? {}) as unknown as [string, TemplateResource][];
  return type === undefined ? all : all.filter(([, { Type }]) => Type === type);
}
