import { memberOf, type Resource, referencesIn, type Value } from '../../../lib/template';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, ready, unknown } from '../finding';
import { unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { BatchGetImageCommand, GetDownloadUrlForLayerCommand } from '../sdk';
import type { Target } from '../target';

/** A private image, named by digest. */
interface NamedImage {
  readonly registryId: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageDigest: string;
}

/** The parts of an image's manifest that tell its processor. */
interface Manifest {
  /** A list of one image for each processor. */
  readonly manifests?: readonly { readonly platform?: { readonly architecture?: string; readonly os?: string } }[];
  /** Of a single image: the file that names the processor. */
  readonly config?: { readonly digest?: string };
}

/** Names of processors in a task, and in an image. */
const PROCESSORS: ReadonlyMap<string, string> = new Map([
  ['X86_64', 'amd64'],
  ['ARM64', 'arm64'],
]);

const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/**
 * The image of each task must be there, for the task's processor. ECS doesn't look when the task is defined: the first
 * session would fail.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html,
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 */
export const images: PreflightCheck = {
  title: 'agent image',
  permissions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  run: async (target, clients) => {
    const tasks = target.assembly.ofType('AWS::ECS::TaskDefinition');
    const found = await Promise.all(
      tasks.flatMap((task) => containersOf(task).map((image) => ask(target, clients, task, image))),
    );
    return found;
  },
};

function containersOf(task: Resource): Value[] {
  return task.items('ContainerDefinitions').map(({ value }) => memberOf(value, 'Image'));
}

async function ask(target: Target, clients: PreflightClients, task: Resource, value: Value): Promise<Finding> {
  const created = referencesIn(value)
    .map((reference) => target.assembly.find(reference))
    .find((resource) => resource?.type === 'AWS::ECR::Repository');
  const image = created === undefined ? imageNamed(target.text(value)) : imageIn(target, created, value);
  if (image === 'not yet') {
    return ready('this deployment creates the repository: push the image afterwards, and deploy again with its digest');
  }
  if (image === undefined) return unknown(`the image of ${task.path} isn't in a private repository, or isn't known`);
  if (image.region !== target.environment.region) {
    return blocked(
      `the image of ${task.path} is in ${image.region}: the task has no way to another region`,
      `push it to a repository in ${target.environment.region}`,
    );
  }
  return askRegistry(clients, image, processorOf(target, task));
}

function imageNamed(text: string | undefined): NamedImage | undefined {
  const [, registryId, region, repositoryName, imageDigest] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(text ?? '') ?? [];
  return registryId && region && repositoryName && imageDigest
    ? { registryId, region, repositoryName, imageDigest }
    : undefined;
}

/** The image in a repository of the templates; `not yet` while the repository isn't deployed. */
function imageIn(target: Target, repository: Resource, value: Value): NamedImage | undefined | 'not yet' {
  const repositoryName = target.physicalId(repository);
  if (repositoryName === undefined) return 'not yet';
  const [imageDigest] = /sha256:[0-9a-f]{64}/.exec(String(value)) ?? [];
  const { account, region } = target.environment;
  return imageDigest === undefined ? undefined : { registryId: account, region, repositoryName, imageDigest };
}

function processorOf(target: Target, task: Resource): string {
  const [name = 'X86_64'] = target.texts(task, 'RuntimePlatform', 'CpuArchitecture');
  return PROCESSORS.get(name) ?? name;
}

async function askRegistry(clients: PreflightClients, image: NamedImage, processor: string): Promise<Finding> {
  const { registryId, repositoryName, imageDigest } = image;
  const question = new BatchGetImageCommand({
    registryId,
    repositoryName,
    imageIds: [{ imageDigest }],
    acceptedMediaTypes: MANIFEST_TYPES,
  });
  const answer = await unlessAbsent(clients.ecr.send(question), 'RepositoryNotFound');
  if (answer === undefined) {
    return blocked(
      `there is no repository ${repositoryName}`,
      `aws ecr create-repository --repository-name ${shellWord(repositoryName)}`,
    );
  }
  const [found] = answer.images ?? [];
  if (found?.imageManifest === undefined) {
    const reason = answer.failures?.at(0)?.failureCode ?? 'ImageNotFound';
    return blocked(
      `${repositoryName} has no image ${imageDigest} (${reason})`,
      `aws ecr describe-images --repository-name ${shellWord(repositoryName)} --query 'imageDetails[].[imageTags,imageDigest]'`,
    );
  }
  const processors = await processorsOf(clients, image, JSON.parse(found.imageManifest) as Manifest);
  if (processors.length === 0) return unknown(`${repositoryName}@${imageDigest} is there; its processor isn't known`);
  if (processors.includes(processor)) return ready(`${repositoryName}@${imageDigest} for ${processor}`);
  return blocked(
    `${repositoryName}@${imageDigest} is for ${processors.join(', ')}, and the task runs on ${processor}`,
    `docker buildx build --platform linux/${processor} --push -t ${shellWord(`${registryId}.dkr.ecr.${image.region}.amazonaws.com/${repositoryName}:TAG`)} .`,
  );
}

async function processorsOf(
  { ecr, download }: PreflightClients,
  { registryId, repositoryName }: NamedImage,
  manifest: Manifest,
): Promise<string[]> {
  if (manifest.manifests !== undefined) {
    return manifest.manifests.flatMap(({ platform }) =>
      platform?.os === 'linux' ? (platform.architecture ?? []) : [],
    );
  }
  const layerDigest = manifest.config?.digest;
  if (layerDigest === undefined) return [];
  const { downloadUrl } = await ecr.send(
    new GetDownloadUrlForLayerCommand({ registryId, repositoryName, layerDigest }),
  );
  if (downloadUrl === undefined) return [];
  const { architecture } = JSON.parse(await download(downloadUrl)) as { architecture?: string };
  return architecture === undefined ? [] : [architecture];
}
