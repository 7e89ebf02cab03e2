import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { loadConfig } from '@modelmeter/config-file';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import {
  type IPersistentVolumeClaim,
  type IService,
  PersistentVolumeClaim,
  Service,
} from 'kubernetes-models/v1';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { routes } from '../src/http/routes/index.js';

const folder = fileURLToPath(new URL('../../../deploy/kubernetes/', import.meta.url));
const read = <Resource>(name: string): Resource =>
  parse(readFileSync(`${folder}${name}`, 'utf8')) as Resource;

/** Checks a resource against the schema of its kind. */
const validate: Readonly<Record<string, (resource: never) => void>> = {
  Deployment: (resource) => new Deployment(resource).validate(),
  PersistentVolumeClaim: (resource) => new PersistentVolumeClaim(resource).validate(),
  Service: (resource) => new Service(resource).validate(),
  NetworkPolicy: (resource) => new NetworkPolicy(resource).validate(),
  ServiceMonitor: (resource) => new ServiceMonitor(resource).validate(),
  PrometheusRule: (resource) => new PrometheusRule(resource).validate(),
};
const kustomization = read<{
  resources: string[];
  configMapGenerator: { name: string; files: string[] }[];
  images: { name: string }[];
}>('kustomization.yaml');
const deployment = read<IDeployment>('deployment.yaml');
const pod = deployment.spec!.template;
const container = pod.spec!.containers[0]!;
const service = read<IService>('service.yaml');

describe('deploy/kubernetes', () => {
  it.each(kustomization.resources)('%s fits its schema', (name) => {
    const { kind } = read<{ kind: string }>(name);
    expect(Object.keys(validate)).toContain(kind);
    validate[kind]!(read<never>(name));
    const wrong = { ...read<object>(name), spec: 'none' } as never;
    expect(() => validate[kind]!(wrong)).toThrow();
  });

  it('uses every file of the folder', () => {
    const used = [
      ...kustomization.resources,
      ...kustomization.configMapGenerator.flatMap(({ files }) => files),
      'kustomization.yaml',
    ];
    expect(readdirSync(folder).toSorted()).toEqual(used.toSorted());
  });

  it('selects the pods and the service that it declares', () => {
    const { labels } = pod.metadata!;
    expect(labels).toMatchObject(deployment.spec!.selector.matchLabels!);
    expect(labels).toMatchObject(service.spec!.selector!);
    const monitor = read<{ spec: { selector: { matchLabels: object } } }>('service-monitor.yaml');
    expect(service.metadata!.labels).toMatchObject(monitor.spec.selector.matchLabels);
    const policy = read<{ spec: { podSelector: { matchLabels: object } } }>('network-policy.yaml');
    expect(labels).toMatchObject(policy.spec.podSelector.matchLabels);
    expect(kustomization.images[0]!.name).toBe(container.image);
  });

  it('mounts a configuration that the exporter takes, and opens its port', async () => {
    const { config } = await loadConfig(`${folder}config.yaml`);
    expect(container.ports![0]!.containerPort).toBe(config.monitoring.prometheusPort);
    expect(service.spec!.ports![0]!.port).toBe(config.monitoring.prometheusPort);
    expect(config.monitoring.host).toBe('0.0.0.0');
    const volume = pod.spec!.volumes!.find(({ name }) => name === 'config')!;
    expect(volume.configMap!.name).toBe(kustomization.configMapGenerator[0]!.name);
    const mount = container.volumeMounts!.find(({ name }) => name === 'config')!;
    expect(container.args).toEqual(['--config', `${mount.mountPath}/config.yaml`]);
  });

  it('keeps the state of the configuration on a volume that one pod uses at a time', async () => {
    const { config } = await loadConfig(`${folder}config.yaml`);
    const mount = container.volumeMounts!.find(({ mountPath }) => mountPath === config.state!.path);
    const volume = pod.spec!.volumes!.find(({ name }) => name === mount!.name)!;
    const claim = read<IPersistentVolumeClaim>('state.yaml');
    expect(volume.persistentVolumeClaim!.claimName).toBe(claim.metadata!.name);
    expect(claim.spec!.accessModes).toEqual(['ReadWriteOnce']);
    expect(deployment.spec!.strategy!.type).toBe('Recreate');
    expect(deployment.spec!.replicas).toBe(1);
  });

  it('asks probes that the exporter has', () => {
    const paths = new Set(routes.map(({ path }) => path));
    const { startupProbe, readinessProbe, livenessProbe } = container;
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
      expect(paths).toContain(probe!.httpGet!.path);
    }
  });
});
