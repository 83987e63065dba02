import type { KubernetesObject, LabelRequirement } from "./objects.js";

/** What EBS volumes are to Kubernetes: only what ReadWriteOnce volumes of the CSI driver need. */
export interface PersistentVolumeClaim extends KubernetesObject {
  spec: {
    accessModes: "ReadWriteOnce"[];
    resources: { requests: { storage: string } };
    storageClassName: string;
    volumeMode: "Filesystem";
    volumeName?: string;
  };
  status: { phase: "Pending" | "Bound"; accessModes?: string[]; capacity?: { storage: string } };
}

export interface PersistentVolume extends KubernetesObject {
  spec: {
    capacity: { storage: string };
    accessModes: "ReadWriteOnce"[];
    claimRef: {
      apiVersion: "v1";
      kind: "PersistentVolumeClaim";
      namespace: string;
      name: string;
      uid: string;
    };
    csi: { driver: string; fsType: string; volumeHandle: string };
    nodeAffinity: { required: { nodeSelectorTerms: { matchExpressions: LabelRequirement[] }[] } };
    persistentVolumeReclaimPolicy: "Delete";
    storageClassName: string;
    volumeMode: "Filesystem";
  };
  status: { phase: "Bound" };
}

export interface VolumeAttachment extends KubernetesObject {
  spec: { attacher: string; nodeName: string; source: { persistentVolumeName: string } };
  status: { attached: boolean };
}
