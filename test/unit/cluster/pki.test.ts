import { X509Certificate, createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { issueControlPlanePki } from '../../cluster/pki.ts';

describe('issueControlPlanePki', async () => {
  const pki = await issueControlPlanePki();
  const ca = new X509Certificate(pki.caCertificate);

  it.each([
    ['serving', 'CN=kube-apiserver', ['1.3.6.1.5.5.7.3.1']],
    ['admin', 'O=system:masters\nCN=gracegate-test-admin', ['1.3.6.1.5.5.7.3.2']],
    ['controllerManager', 'CN=system:kube-controller-manager', ['1.3.6.1.5.5.7.3.2']],
  ] as const)('issues %s from its authority', (name, subject, usages) => {
    const { certificate, key } = pki[name];
    const parsed = new X509Certificate(certificate);
    expect(parsed.subject).toBe(subject);
    expect(parsed.verify(ca.publicKey)).toBe(true);
    expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(parsed.keyUsage).toEqual(usages);
    expect(parsed.ca).toBe(false);
  });

  it('serves on the loopback address', () => {
    expect(new X509Certificate(pki.serving.certificate).checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('issues what is asked for besides, and serves on further addresses', async () => {
    const more = await issueControlPlanePki({
      addresses: ['10.0.0.1'],
      clients: { kubelet: { commonName: 'system:node:node1', organization: 'system:nodes' } },
    });
    expect(new X509Certificate(more.serving.certificate).checkIP('10.0.0.1')).toBe('10.0.0.1');
    const kubelet = new X509Certificate(more.clients.kubelet.certificate);
    expect(kubelet.subject).toBe('O=system:nodes\nCN=system:node:node1');
    expect(kubelet.verify(new X509Certificate(more.caCertificate).publicKey)).toBe(true);
    expect(kubelet.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('gives every certificate a serial of its own', () => {
    const all = [
      pki.caCertificate,
      pki.serving.certificate,
      pki.admin.certificate,
      pki.controllerManager.certificate,
    ];
    expect(new Set(all.map((pem) => new X509Certificate(pem).serialNumber)).size).toBe(all.length);
  });
});
