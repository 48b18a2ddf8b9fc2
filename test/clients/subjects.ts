/** All subjects. */
import type { Subject } from './subject.ts';
import { ablySubjects } from './subjects/ably.ts';
import { awsSubjects } from './subjects/aws.ts';
import { actioncableSubjects } from './subjects/actioncable.ts';
import { centrifugeSubjects } from './subjects/centrifuge.ts';
import { eventsourceSubjects } from './subjects/eventsource.ts';
import { graphqlSubjects } from './subjects/graphql-ws.ts';
import { grpcSubjects } from './subjects/grpc.ts';
import { ioredisSubjects } from './subjects/ioredis.ts';
import { mqttSubjects } from './subjects/mqtt.ts';
import { natsSubjects } from './subjects/nats.ts';
import { slackSubjects } from './subjects/slack.ts';
import { phoenixSubjects } from './subjects/phoenix.ts';
import { plainSubjects } from './subjects/plain.ts';
import { pusherSubjects } from './subjects/pusher.ts';
import { signalrSubjects } from './subjects/signalr.ts';
import { socketIoSubjects } from './subjects/socket-io.ts';

export const subjects: readonly Subject[] = [
  ...socketIoSubjects,
  ...phoenixSubjects,
  ...signalrSubjects,
  ...plainSubjects,
  ...graphqlSubjects,
  ...pusherSubjects,
  ...ablySubjects,
  ...centrifugeSubjects,
  ...actioncableSubjects,
  ...eventsourceSubjects,
  ...grpcSubjects,
  ...mqttSubjects,
  ...natsSubjects,
  ...ioredisSubjects,
  ...slackSubjects,
  ...awsSubjects,
];
