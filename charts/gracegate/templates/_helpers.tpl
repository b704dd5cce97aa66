{{- define "gracegate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* The name of every object, and of both webhook configurations. A Service takes 63 characters. */ -}}
{{- define "gracegate.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "gracegate.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "gracegate.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gracegate.selectorLabels" -}}
{{- dict "app.kubernetes.io/name" (include "gracegate.name" .) "app.kubernetes.io/instance" .Release.Name | toYaml -}}
{{- end -}}

{{- define "gracegate.labels" -}}
{{- include "gracegate.labelsWith" (dict "root" . "labels" dict) -}}
{{- end -}}

{{- /* Each key once: ours win, by which the release is found, then the labels of one object, then those of all. */ -}}
{{- define "gracegate.labelsWith" -}}
{{- $ours := dict
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-")
  "app.kubernetes.io/version" .root.Chart.AppVersion
  "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $selector := include "gracegate.selectorLabels" .root | fromYaml -}}
{{- merge $ours $selector (.labels | default dict) (.root.Values.commonLabels | default dict) | toYaml -}}
{{- end -}}

{{- /* Without what changes with each version of the chart: an upgrade that changes nothing in the pods should not roll them. */ -}}
{{- define "gracegate.podLabels" -}}
{{- $selector := include "gracegate.selectorLabels" . | fromYaml -}}
{{- merge $selector (.Values.podLabels | default dict) (.Values.commonLabels | default dict) | toYaml -}}
{{- end -}}

{{- /* Of the CronJob and what belongs to it. A CronJob takes 52 characters. */ -}}
{{- define "gracegate.auditName" -}}
{{ include "gracegate.fullname" . | trunc 46 | trimSuffix "-" }}-audit
{{- end -}}

{{- /* Not those of the replicas: the Service must send no review to a pod of the audit. */ -}}
{{- define "gracegate.auditSelectorLabels" -}}
{{- $name := printf "%s-audit" (include "gracegate.name" .) -}}
{{- dict "app.kubernetes.io/name" $name "app.kubernetes.io/instance" .Release.Name | toYaml -}}
{{- end -}}

{{- define "gracegate.auditPodLabels" -}}
{{- $selector := include "gracegate.auditSelectorLabels" . | fromYaml -}}
{{- merge $selector (.Values.podLabels | default dict) (.Values.commonLabels | default dict) | toYaml -}}
{{- end -}}

{{- define "gracegate.egressToApiServer" -}}
# Some providers give the API server to pods as a host name (KUBERNETES_SERVICE_HOST).
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
# The API server.
- ports:
    {{- range .Values.networkPolicy.apiServerPorts }}
    - port: {{ . }}
      protocol: TCP
    {{- end }}
  {{- with .Values.networkPolicy.apiServerTo }}
  to: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "gracegate.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "gracegate.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "gracegate.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ $image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- /* Whether the replicas follow the numbers of the audit. */ -}}
{{- define "gracegate.showsAudit" -}}
{{- if and .Values.audit.enabled .Values.audit.metrics -}}true{{- end -}}
{{- end -}}

{{- /* Whether there is anything in its own namespace that a replica may read. */ -}}
{{- define "gracegate.needsRole" -}}
{{- if or (eq .Values.certificates.mode "self-managed") (include "gracegate.showsAudit" .) -}}true{{- end -}}
{{- end -}}

{{- define "gracegate.authoritySecretName" -}}
{{ include "gracegate.fullname" . }}-authority
{{- end -}}

{{- /* The Secret with tls.crt and tls.key that is mounted at /certs; nothing where Gracegate makes its own. */ -}}
{{- define "gracegate.certificateSecretName" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
{{ include "gracegate.fullname" . }}-tls
{{- else if eq .Values.certificates.mode "files" -}}
{{ .Values.certificates.files.secretName }}
{{- end -}}
{{- end -}}

{{- define "gracegate.configuration" -}}
apiVersion: gracegate.dev/v1alpha1
kind: GracegateConfiguration
{{- with omit (.Values.configuration | default dict) "apiVersion" "kind" }}
{{ toYaml . }}
{{- end }}
{{- end -}}
