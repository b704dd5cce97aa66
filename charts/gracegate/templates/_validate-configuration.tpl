{{- /*
What `gracegate serve` refuses in a configuration that the schema takes. No replica would start with it, and the webhooks,
which are there by then, fail closed. test/e2e/chart/contradictions.test.ts holds the kinds equal to those of the code.
*/ -}}
{{- define "gracegate.validateConfiguration" -}}
{{- $configuration := .Values.configuration | default dict -}}
{{- $written := $configuration.profiles | default dict -}}
{{- $profiles := concat (list "baseline" "strict") (keys $written) | uniq | sortAlpha -}}
{{- $known := printf "there is no such profile, but %s" (join ", " $profiles) -}}
{{- range $mode, $name := $configuration.defaults -}}
{{- if eq $name "off" -}}
{{- fail (printf "configuration.defaults.%s is off, which is no profile: leave it out, and the mode is off where no label asks for it" $mode) -}}
{{- end -}}
{{- if not (has $name $profiles) -}}
{{- fail (printf "configuration.defaults.%s is %s: %s" $mode $name $known) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.audit.enabled (not (has .Values.audit.profile $profiles)) -}}
{{- fail (printf "audit.profile is %s: %s" .Values.audit.profile $known) -}}
{{- end -}}
{{- range $name, $profile := $written -}}
{{- if and (hasKey $profile "extends") (not (has $profile.extends $profiles)) -}}
{{- fail (printf "configuration.profiles.%s.extends is %s: %s" $name $profile.extends $known) -}}
{{- end -}}
{{- include "gracegate.validateExtends" (dict "written" $written "name" $name) -}}
{{- end -}}
{{- include "gracegate.validateWorkloads" $configuration.workloads -}}
{{- end -}}

{{- /* Follows `extends` upwards. A built-in profile may be refined under its own name, and ends the way. */ -}}
{{- define "gracegate.validateExtends" -}}
{{- $written := .written -}}
{{- $way := list .name -}}
{{- range until (len $written) -}}
{{- $last := last $way -}}
{{- $next := get (get $written $last | default dict) "extends" -}}
{{- if and $next (not (and (eq $next $last) (has $next (list "baseline" "strict")))) -}}
{{- if has $next $way -}}
{{- fail (printf "configuration.profiles extend each other in a circle: %s" (join " -> " (append $way $next))) -}}
{{- end -}}
{{- $way = append $way $next -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "gracegate.validateWorkloads" -}}
{{- $known := list
  "Pod" "ReplicationController" "ResourceQuota" "Service" "Secret"
  "apps/Deployment" "apps/ReplicaSet" "apps/StatefulSet" "apps/DaemonSet" "batch/Job" "batch/CronJob"
  "autoscaling/HorizontalPodAutoscaler" "autoscaling.k8s.io/VerticalPodAutoscaler" "policy/PodDisruptionBudget"
  "networking.k8s.io/Ingress" "cert-manager.io/Certificate" -}}
{{- range $index, $workload := . -}}
{{- $group := ternary (dir $workload.apiVersion) "" (contains "/" $workload.apiVersion) -}}
{{- $kind := printf "%s/%s" $group $workload.kind | trimPrefix "/" -}}
{{- if has $kind $known -}}
{{- fail (printf "configuration.workloads[%d] is %s of %s, which Gracegate knows already: leave it out" $index $workload.kind $workload.apiVersion) -}}
{{- end -}}
{{- $known = append $known $kind -}}
{{- end -}}
{{- end -}}
