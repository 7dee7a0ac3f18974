/** What wakes somebody up: parked messages, old messages, and a dispatcher or audit sealer that no longer runs. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { BUS_STUCK } from '../shared/events/words.ts';
import { CLUSTER_STUCK } from '../shared/sync/words.ts';
import type { WorkQueue } from './queue-worker.ts';

/** A message is worked on within seconds; one this old means that nobody reads the queue, or not fast enough. */
const MESSAGE_AGE_MAX = Duration.minutes(5);
/** It runs every minute and looks 180 s ahead: three missed runs are the first that can delay something. */
const DISPATCHER_SILENT_MINUTES = 3;
/** What a function says for as long as something is wrong it says at least this often: so the alarm stays on. */
const SAID_AGAIN_WITHIN = Duration.minutes(20);
/** Until it runs again, a change of what was written meanwhile shows nowhere. */
const SEALER_SILENT_MINUTES = 5;

export interface AlarmsProps {
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly dispatcher: IFunction;
  readonly auditSealer: IFunction;
  /** Of the function that brings clusters to what is wanted. */
  readonly syncLog: ILogGroup;
  /** Of the function that gives events to the bus. */
  readonly eventLog: ILogGroup;
}

/** Subscribe to `topic`: an e-mail address, a pager, a chat. */
export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { queues, dispatcher, auditSealer, syncLog, eventLog }: AlarmsProps) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { enforceSSL: true });
    // The policy that demands TLS takes the place of the default one, by which alarms of this account may publish.
    this.topic.grantPublish(
      new ServicePrincipal('cloudwatch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    const minute = { period: Duration.minutes(1) };
    for (const [name, { queue, deadLetters }] of Object.entries(queues)) {
      this.above(
        `${name}DeadLetters`,
        deadLetters.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'max' }),
        0,
        `${name}: messages were given up after all their deliveries. Read them and the function's log, mend, then move them back.`,
      );
      this.above(
        `${name}MessageAge`,
        queue.metricApproximateAgeOfOldestMessage({ ...minute, statistic: 'max' }),
        MESSAGE_AGE_MAX.toSeconds(),
        `${name}: the oldest message has waited for more than ${MESSAGE_AGE_MAX.toHumanString()}. Is the function failing or throttled?`,
      );
    }
    this.said(
      'ClusterStuck',
      syncLog,
      CLUSTER_STUCK,
      'A cluster has not been as wanted for ten minutes: access that has ended may still lie on it. Its log entry, and each grant of it, say since when and why. Verdicts are not concerned.',
    );
    this.said(
      'BusStuck',
      eventLog,
      BUS_STUCK,
      'The event bus has not taken an event for minutes: look at its policy and at the log of event-work. Events are kept for 30 days, and webhooks are not concerned.',
    );
    this.silent(
      'DispatcherSilent',
      dispatcher.metricInvocations(minute),
      DISPATCHER_SILENT_MINUTES,
      'The dispatcher does not run: what becomes due is found late. Verdicts stay right.',
    );
    this.above(
      'DispatcherErrors',
      dispatcher.metricErrors(minute),
      0,
      'The dispatcher failed: read its log. The next minute tries again.',
      DISPATCHER_SILENT_MINUTES,
    );
    this.silent(
      'AuditSealerSilent',
      auditSealer.metricInvocations(minute),
      SEALER_SILENT_MINUTES,
      'The audit sealer does not run: new audit events stay unsealed. It goes on from where it stood.',
    );
    this.above(
      'AuditSealerErrors',
      auditSealer.metricErrors(minute),
      0,
      'The audit sealer failed: read its log. The next minute tries again; events stay unsealed until it succeeds.',
      SEALER_SILENT_MINUTES,
    );
  }

  /** Goes off when the function has written this message. */
  private said(id: string, log: ILogGroup, message: string, alarmDescription: string): void {
    const filter = log.addMetricFilter(id, {
      filterPattern: FilterPattern.stringValue('$.msg', '=', message),
      metricNamespace: 'Sallyport',
      metricName: id,
    });
    this.above(id, filter.metric({ period: SAID_AGAIN_WITHIN, statistic: 'sum' }), 0, alarmDescription);
  }

  private silent(id: string, metric: IMetric, evaluationPeriods: number, alarmDescription: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: 1,
      evaluationPeriods,
      alarmDescription,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }

  private above(id: string, metric: IMetric, threshold: number, alarmDescription: string, evaluationPeriods = 1): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods,
      alarmDescription,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
