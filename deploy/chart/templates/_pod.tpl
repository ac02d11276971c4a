{{- define "kinpass.pod" -}}
metadata:
  labels:
    {{- include "kinpass.labels" . | nindent 4 }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ .Release.Name }}
  automountServiceAccountToken: false
  # Variables for services, such as KINPASS_PORT, would be taken for settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "kinpass.terminationGracePeriodSeconds" . }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    # Else each start of a pod would let the group read the files of keys, which the gateway refuses.
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "kinpass.selector" $ | nindent 10 }}
    {{- end }}
  containers:
    - name: kinpass
      image: "{{ required "image.repository is required" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: [serve]
      env:
        {{- range $variable, $key := .Values.secret.variables }}
        - name: {{ $variable }}_FILE
          value: /run/secrets/kinpass/{{ $key }}
        {{- end }}
      ports:
        - name: public
          containerPort: {{ .Values.settings.public.port }}
        - name: admin
          containerPort: {{ .Values.settings.admin.port }}
      startupProbe:
        httpGet:
          path: /startupz
          port: admin
        periodSeconds: 1
        failureThreshold: 60
      livenessProbe:
        httpGet:
          path: /livez
          port: admin
        timeoutSeconds: 5
      readinessProbe:
        httpGet:
          path: /readyz
          port: admin
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: settings
          mountPath: /etc/kinpass
          readOnly: true
        - name: secrets
          mountPath: /run/secrets/kinpass
          readOnly: true
        - name: state
          mountPath: /var/lib/kinpass
  volumes:
    - name: settings
      configMap:
        name: {{ .Release.Name }}
    - name: secrets
      secret:
        secretName: {{ .Values.secret.name }}
        defaultMode: 288 # 0440
    {{- if eq (include "kinpass.store" .) "postgres" }}
    # Where `kinpass keys export` writes what goes to Adobe.
    - name: state
      emptyDir: {}
    {{- end }}
{{- end }}
